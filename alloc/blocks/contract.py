"""What every decision file offers, and the Terms in which it tells its costs, staff, needs and travel.

A block takes only the `Instance`. Its rules are plain functions that yield rows; `attach` turns them into
Pyomo constraints of the same name. Goals, limits and reports read `Terms`, so a cost is defined once.
"""

from __future__ import annotations

import gc
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import pyomo.environ as pyo
from pyomo.core.expr import LinearExpression

from alloc import labels
from alloc.errors import Infeasible, shown
from alloc.instance import Instance
from alloc.schema.base import Frozen
from alloc.schema.model import Decision
from alloc.schema.plan import Decisions

Var = Any  # pyomo VarData: Pyomo ships no types
Linear = list[tuple[float, Var]]
"""Sum of coefficient x variable."""
Rule = tuple[Any, float | None, Linear, float | None]
"""(index, lower, linear, upper): one row of a constraint family."""
Key = tuple[Any, ...]


@dataclass(frozen=True)
class CostTerm:
    """CNY, once (``capital``, counted over ``life_years``) or per year, and who pays. ``fixed_cny`` is spent
    in any plan.
    """

    category: str
    kind: Literal["capital", "yearly"]
    payer: Literal["region", "fund", "patient"]
    facility: str | None
    cny: Linear
    life_years: float = 1.0
    fixed_cny: float = 0.0


@dataclass(frozen=True)
class StaffTerm:
    """Hours per year of one role at one facility."""

    role: str
    facility: str
    hours_per_year: Linear


@dataclass(frozen=True)
class NeedTerm:
    """One need: cases per year, weight of a case, the shares of it that end unmet and outside the region."""

    stream: Literal["exams", "consultations", "episodes"]
    place: str
    subject: str
    per_year: float
    severity: float
    unmet: Var
    outside: Var


@dataclass(frozen=True)
class TripTerm:
    """Trips per year if ``share`` were 1; minutes one way, and as felt (with surcharges)."""

    stream: Literal["exams", "consultations", "episodes"]
    place: str
    trips_per_year: float
    minutes: float
    felt_min: float
    share: Var


@dataclass
class Terms:
    """What a block costs, uses, serves and makes patients travel; ``obligations`` are weighted shortfalls of
    duties that are no resident's need (a resident doctor, ward rounds); ``disruption`` counts changes.
    """

    costs: list[CostTerm] = field(default_factory=list)
    staff: list[StaffTerm] = field(default_factory=list)
    needs: list[NeedTerm] = field(default_factory=list)
    trips: list[TripTerm] = field(default_factory=list)
    obligations: Linear = field(default_factory=list)
    disruption: Linear = field(default_factory=list)
    disruption_fixed: float = 0.0

    def extend(self, other: Terms) -> None:
        """Add another block's terms."""
        for name in ("costs", "staff", "needs", "trips", "obligations", "disruption"):
            getattr(self, name).extend(getattr(other, name))
        self.disruption_fixed += other.disruption_fixed


@dataclass(frozen=True)
class NeverHolds:
    """A row without a variable that does not hold: its rule, and where (ids)."""

    rule: str
    where: tuple[str, ...]

    def message(self, lang: str = "en") -> str:
        """Where, and the rule."""
        key = f"clash.never.{self.rule}"
        if labels.has(key):
            sentence = labels.text(key, lang)
        else:
            sentence = labels.text("clash.never.other", lang, rule=self.rule.replace("_", " "))
        where = labels.text("clash.separator", lang).join(
            shown(part) for part in self.where if part != "region"
        )
        return labels.text("clash.at", lang, where=where, sentence=sentence) if where else sentence

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        """For JSON."""
        return {"rule": self.rule, "where": list(self.where), "message": self.message(lang)}


class DecisionBlock(ABC):
    """One decision: variables, rules, terms, today's values, rows of the plan.

    ``policy`` names the rules that bind only a planner who decides: they are lifted when the block is held at
    today's state or at a given plan (today may break them).
    """

    name: ClassVar[str]
    decision: ClassVar[Decision]
    rules: ClassVar[tuple[Callable[..., Iterable[Rule]], ...]]
    policy: ClassVar[tuple[str, ...]] = ()

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.block = pyo.Block(concrete=True)
        self.terms = Terms()
        self.declare()

    @abstractmethod
    def declare(self) -> None:
        """Declare the variables on ``self.block`` and fill ``self.terms``."""

    @abstractmethod
    def decisions(self) -> dict[Key, Var]:
        """The variables that are decided (not the flows that follow), each under a stable key."""

    @abstractmethod
    def today(self) -> dict[Key, float | None]:
        """Their values in today's state; a key left out is zero, None is left to the solver."""

    @abstractmethod
    def planned(self, decisions: Decisions) -> dict[Key, float | None]:
        """Their values in a given plan; a key left out is zero, None is left to the solver."""

    def strand(self, family: str, index: Any) -> str:
        """Which strand of the plan a variable belongs to: "part/share". Parts hang together closely inside,
        hardly with each other: the solver takes them apart. Each share of a part keeps its own share of a
        finished goal.
        """
        return "care/all"

    def topic(self, family: str, index: Any) -> str:
        """What a variable is about, finer than the block: the solver may choose one topic's decisions anew
        and leave the others as they are.
        """
        return self.name

    @abstractmethod
    def rows(self) -> dict[str, list[Frozen]]:
        """The solved variables as rows of the plan's tables."""

    def variables(self, name: str, keys: Iterable[Any], **options: Any) -> dict[Any, Var]:
        """Declare an indexed variable and return it as a plain dictionary, which is quicker to read."""
        keys = list(keys)
        component = pyo.Var(keys, **options)
        self.block.add_component(name, component)
        return {key: component[key] for key in keys}


def strand_of_group(group: str | None) -> str:
    """The strand of examinations that one reading group reads (None: read on the spot)."""
    return f"exams/{group or 'on_the_spot'}"


def linear(terms: Linear, constant: float = 0.0) -> LinearExpression:
    """A Pyomo expression from coefficient-variable pairs."""
    return LinearExpression(
        constant=constant, linear_coefs=[coef for coef, _ in terms], linear_vars=[var for _, var in terms]
    )


def attach(block: Any, rules: Iterable[Callable[..., Iterable[Rule]]], *arguments: Any) -> None:
    """Add each rule to the block as a constraint family that carries the rule's name.

    Rows without a variable are left out when they hold. Raises Infeasible with all that do not: whatever is
    decided, they are broken.
    """
    never: list[NeverHolds] = []
    for rule in rules:
        rows: dict[Any, tuple[float | None, LinearExpression, float | None]] = {}
        for index, lower, terms, upper in rule(*arguments):
            if terms:
                rows[flat_key(index)] = (lower, linear(terms), upper)
            elif (lower or 0.0) > 1e-9 or (upper is not None and upper < -1e-9):
                key = flat_key(index)
                where = tuple(map(str, key)) if isinstance(key, tuple) else tuple(str(key).split("/"))
                never.append(NeverHolds(rule.__name__, where))
        if rows:
            component = pyo.Constraint(
                list(rows), rule=lambda _, *key, rows=rows: rows[key if len(key) > 1 else key[0]]
            )
            block.add_component(rule.__name__, component)
    if never:
        raise Infeasible(never)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause garbage collection while millions of small objects are made; it costs half of the build."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def tidy_shares(shares: dict[Any, float], nothing: float = 1e-9) -> dict[Any, float]:
    """Solver shares of one need without tolerance dust: below ``nothing`` is none, the rest sums to one."""
    kept = {key: value for key, value in shares.items() if value > nothing}
    total = sum(kept.values())
    return {key: value / total for key, value in kept.items()} if total > 0.0 else {}


def flat_key(key: Any) -> Any:
    """Nested tuples as one tuple, which is what Pyomo indexes by."""
    if not isinstance(key, tuple):
        return key
    return tuple(part for item in key for part in (item if isinstance(item, tuple) else (item,)))
