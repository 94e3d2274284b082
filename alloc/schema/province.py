"""A province: many counties, each with a region and a model of its own, that share a budget or beds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from alloc.schema.base import Frozen
from alloc.schema.model import GoalName
from alloc.units import Cny, Days, Id

MOST_COUNTIES = 5_000


class County(Frozen):
    """One county: the files of its region and its model (paths from the province file, or shipped names), the
    scenario that it is planned under, and the most that it may get of the shared budget.
    """

    id: Id
    name_zh: str = ""
    name_en: str = ""
    region: str = Field(min_length=1, max_length=1000)
    model: str = Field(default="county", min_length=1, max_length=1000)
    scenario: Id = "baseline"
    most_cny: Cny | None = None


class ProvinceGoal(Frozen):
    """A goal that the province minimises, summed over its counties, times its weight."""

    goal: GoalName
    weight: float = Field(default=1.0, gt=0.0, le=1e9)


class Province(Frozen):
    """Counties that share ``budget_cny`` (it takes the place of the budgets in their models) and, where
    given, ``tertiary_bed_days_per_year``: days in hospitals outside of patients who leave their county.

    Without ``goals``, the province minimises the first goal of the counties' models.
    """

    schema_version: Literal[1] = 1
    kind: Literal["province"]
    id: Id
    name_zh: str = ""
    name_en: str = ""
    note_zh: str = ""
    note_en: str = ""
    budget_cny: Cny
    tertiary_bed_days_per_year: Days | None = None
    goals: tuple[ProvinceGoal, ...] = ()
    counties: tuple[County, ...] = Field(max_length=MOST_COUNTIES)

    @model_validator(mode="after")
    def each_once(self) -> Province:
        """At least one county; no county and no goal twice, also where folders ignore case."""
        listed: dict[str, list[str]] = {
            "counties": [one.id for one in self.counties],
            "goals": [one.goal for one in self.goals],
        }
        if not self.counties:
            raise PydanticCustomError("list_empty", "'{name}' is empty", {"name": "counties"})
        for label, names in listed.items():
            folded = [name.casefold() for name in names]
            if len(set(folded)) < len(folded):
                twice = sorted({name for name in names if folded.count(name.casefold()) > 1})
                params = {"name": label, "names": ", ".join(twice)}
                raise PydanticCustomError("named_twice", "'{name}' names twice: {names}", params)
        return self
