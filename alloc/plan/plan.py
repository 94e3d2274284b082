"""The Plan: one scenario's answer as typed rows, and as tables, lines on a map, a network and a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from pydantic import ValidationError

from alloc.errors import DataError, Fault
from alloc.plan.flows import Flow, flows_of
from alloc.plan.record import Record
from alloc.plan.views import frame_of, lines_of, network_of
from alloc.schema.base import Frozen
from alloc.schema.model import Model
from alloc.schema.plan import Decisions, IndicatorRow, PassRow
from alloc.schema.region import Region
from alloc.schema.scenario import Scenario

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx
    import pandas as pd

Holding = Literal["proven", "incumbent", "nothing"]
TABLES: dict[str, type[Frozen]] = {
    **{name: get_args(field.annotation)[0] for name, field in Decisions.model_fields.items()},
    "indicators": IndicatorRow,
    "passes": PassRow,
}
"""Every table of a plan: its name and the type of its rows."""


class PlanFile(Frozen):
    """What ``plan.json`` holds."""

    schema_version: Literal[1] = 1
    region: Region
    model: Model
    scenario: Scenario
    method: str
    status: str
    holding: Holding
    passes: tuple[PassRow, ...]
    decisions: Decisions
    indicators: tuple[IndicatorRow, ...]
    record: Record


@dataclass(frozen=True)
class Plan:
    """One scenario's answer.

    ``region`` and ``model`` are as the scenario leaves them. ``method`` is "joint", "sequential", "only:..."
    or "evaluate". ``status`` says why the solver stopped, ``holding`` what the decisions are: "proven"
    (within the gap asked for), "incumbent" (feasible, a better plan may exist) or "nothing". Every table is
    also a property that gives a new pandas DataFrame, its ``attrs`` naming the scenario and the holding.
    """

    region: Region
    model: Model
    scenario: Scenario
    method: str
    status: str
    holding: Holding
    passes: tuple[PassRow, ...]
    decisions: Decisions
    indicator_rows: tuple[IndicatorRow, ...]
    record: Record

    @property
    def proven(self) -> bool:
        """Whether every pass reached the gap that was asked for."""
        return self.holding == "proven"

    @property
    def gap(self) -> float | None:
        """The largest relative gap of any pass; None when one is unknown or nothing was solved."""
        gaps = [row.gap for row in self.passes]
        known = [gap for gap in gaps if gap is not None]
        return max(known) if known and len(known) == len(gaps) else None

    @property
    def spend_cny(self) -> float:
        """What is paid once: purchases, moves, retirements, openings, reading centres."""
        return sum(row.cny for row in self.decisions.costs if row.kind == "capital")

    @property
    def yearly_cost_cny(self) -> float:
        """What all payers pay every year, with the yearly share of what is paid once."""
        rows = self.decisions.costs
        return sum(row.cny if row.kind == "yearly" else row.cny / row.life_years for row in rows)

    def rows(self, table: str) -> Sequence[Frozen]:
        """The typed rows of a table. Raises KeyError for a name that is not in TABLES."""
        if table not in TABLES:
            raise KeyError(table)
        if table in ("indicators", "passes"):
            return self.indicator_rows if table == "indicators" else self.passes
        found: tuple[Frozen, ...] = getattr(self.decisions, table)
        return found

    def frame(self, table: str) -> pd.DataFrame:
        """A table as a new DataFrame; with no rows it still has its columns. Raises KeyError as ``rows``."""
        return frame_of(self.rows(table), TABLES[table], self.provenance())

    def provenance(self) -> dict[str, str]:
        """What every view of the plan must say about itself."""
        return {
            "region": self.region.about.id,
            "scenario": self.scenario.id,
            "method": self.method,
            "status": self.status,
            "holding": self.holding,
        }

    @property
    def sites(self) -> pd.DataFrame:
        """Which facilities are open."""
        return self.frame("sites")

    @property
    def machines(self) -> pd.DataFrame:
        """Machines kept, bought, moved and retired."""
        return self.frame("machines")

    @property
    def exam_flows(self) -> pd.DataFrame:
        """Where every place's exams end."""
        return self.frame("exam_flows")

    @property
    def reading(self) -> pd.DataFrame:
        """Who reads for whom."""
        return self.frame("reading")

    @property
    def centres(self) -> pd.DataFrame:
        """Reading rooms and their load."""
        return self.frame("centres")

    @property
    def visits(self) -> pd.DataFrame:
        """Half-days per cycle by specialty, home and clinic."""
        return self.frame("visits")

    @property
    def roster(self) -> pd.DataFrame:
        """Which specialist sits where on which weekday."""
        return self.frame("roster")

    @property
    def consult_flows(self) -> pd.DataFrame:
        """Where every place's specialist consultations end."""
        return self.frame("consult_flows")

    @property
    def episode_flows(self) -> pd.DataFrame:
        """Routes of episodes: first contact, treatment, step-down."""
        return self.frame("episode_flows")

    @property
    def beds(self) -> pd.DataFrame:
        """Beds on an average day."""
        return self.frame("beds")

    @property
    def slots(self) -> pd.DataFrame:
        """Specialists' half-days and where they go."""
        return self.frame("slots")

    @property
    def staff(self) -> pd.DataFrame:
        """Staff hours, available and used."""
        return self.frame("staff")

    @property
    def costs(self) -> pd.DataFrame:
        """Every line of money."""
        return self.frame("costs")

    @property
    def limits(self) -> pd.DataFrame:
        """Every limit, and the room that is left."""
        return self.frame("limits")

    @property
    def indicators(self) -> pd.DataFrame:
        """Indicators before and after."""
        return self.frame("indicators")

    def flows(self) -> list[Flow]:
        """All flows, one for each origin, destination, kind and subject."""
        return flows_of(self.decisions, self.model.calendar.cycles_per_year)

    @property
    def flows_geo(self) -> gpd.GeoDataFrame:
        """The flows as straight lines in WGS-84; a flow without both points has no geometry.

        Columns: origin, destination, kind, subject, per_year, minutes, geometry (see `Flow`).
        """
        return lines_of(self.flows(), self.region, self.provenance())

    def network(self) -> nx.DiGraph[str]:
        """Places and facilities with one arc for each pair between which something flows.

        An arc carries ``<kind>_per_year`` for each kind of flow on it (``machines_moved`` for machines),
        ``kinds`` in alphabetical order, and ``minutes`` one way where known.
        """
        return network_of(self.flows(), self.region, self.provenance())

    def save(self, folder: str | Path, lang: str | None = None) -> Path:
        """Write the plan folder, as `alloc.report.save_plan` does, and return it."""
        # The report floor lies above this one: it is looked up when asked for, never imported from here.
        written: Path = import_module("alloc.report").save_plan(self, folder, lang)
        return written

    def summary(self, lang: str | None = None) -> str:
        """The plan on one and a half screens, as plain text."""
        told: str = import_module("alloc.report").plan_text(self, lang)
        return told

    def to_json(self) -> str:
        """The whole plan as JSON, which `from_json` reads back to an equal plan."""
        return PlanFile(
            region=self.region,
            model=self.model,
            scenario=self.scenario,
            method=self.method,
            status=self.status,
            holding=self.holding,
            passes=self.passes,
            decisions=self.decisions,
            indicators=self.indicator_rows,
            record=self.record,
        ).model_dump_json()

    @classmethod
    def from_json(cls, text: str | bytes, file: str | None = None) -> Plan:
        """A plan from its JSON. Raises DataError with every fault; ``file`` names it in the messages."""
        try:
            data = PlanFile.model_validate_json(text)
        except ValidationError as error:
            raise DataError(_faults(error, file)) from error
        return cls(
            region=data.region,
            model=data.model,
            scenario=data.scenario,
            method=data.method,
            status=data.status,
            holding=data.holding,
            passes=data.passes,
            decisions=data.decisions,
            indicator_rows=data.indicators,
            record=data.record,
        )


def _faults(error: ValidationError, file: str | None) -> Iterator[Fault]:
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        where = ".".join(str(part) for part in item["loc"])
        yield Fault("invalid", file=file, field=where or None, params={"detail": item["msg"]})
