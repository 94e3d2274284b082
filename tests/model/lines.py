"""Constraint families as readable lines, and rows of a Pyomo model as numbers: what the model tests share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyomo.environ as pyo
from pyomo.repn import generate_standard_repn

from alloc.formulate import formulate
from tests.model import everything

GOLDEN = Path(__file__).parent / "golden"
ROWS_SHOWN = 8
"""A family with more rows is shown by its first ones, and told apart by a digest of the rest."""


@dataclass(frozen=True)
class Row:
    """``low <= sum of coefficient x variable <= high``."""

    name: str
    low: float | None
    high: float | None
    terms: tuple[tuple[float, Any], ...]

    @property
    def value(self) -> float:
        """What the sum is worth at the values of the variables."""
        return sum(coef * var.value for coef, var in self.terms)

    @property
    def violation(self) -> float:
        """By how much the row is broken; 0 when it holds."""
        below = 0.0 if self.low is None else self.low - self.value
        above = 0.0 if self.high is None else self.value - self.high
        return max(below, above, 0.0)

    def __str__(self) -> str:
        """One line, its terms in the order of their names."""
        low = "" if self.low is None else f"{_number(self.low)} <= "
        high = "" if self.high is None else f" <= {_number(self.high)}"
        parts = []
        for coef, var in sorted(self.terms, key=lambda term: str(term[1].name)):
            sign = "-" if coef < 0 else "+"
            size = "" if abs(coef) == 1 else f"{_number(abs(coef))} "
            parts.append(f"{sign} {size}{var.name}")
        return f"{self.name}: {low}{' '.join(parts).removeprefix('+ ')}{high}"


def rows_of(family: Any) -> list[Row]:
    """The rows of a Pyomo constraint family, in the order of their names."""
    return sorted((_row(data) for data in family.values()), key=lambda row: row.name)


def _row(data: Any) -> Row:
    repn = generate_standard_repn(data.body)
    constant = float(pyo.value(repn.constant))
    terms = tuple(
        (float(coef), var) for coef, var in zip(repn.linear_coefs, repn.linear_vars, strict=True) if coef
    )
    low = None if data.lower is None else float(pyo.value(data.lower)) - constant
    high = None if data.upper is None else float(pyo.value(data.upper)) - constant
    return Row(data.name, low, high, terms)


def stored() -> list[str]:
    """Names of the families that have a golden file."""
    return sorted(file.stem for file in GOLDEN.glob("*.txt"))


def golden_texts() -> dict[str, str]:
    """Every constraint family there is, by name, as its file keeps it: joint model, goals, roster."""
    joint, roster = formulate(everything.instance()).model, everything.roster().model
    texts = {family.name: golden_text(family) for family in _constraints(joint)}
    for instance in (*map(everything.instance, everything.EQUITIES), everything.instance(at_most=8.0)):
        model = formulate(instance).model
        texts |= {family.name: golden_text(family) for family in _constraints(model.goals)}
    return texts | {f"roster.{family.name}": golden_text(family) for family in _constraints(roster)}


def _constraints(model: Any) -> Iterator[Any]:
    yield from model.component_objects(pyo.Constraint, active=True)


def golden_text(family: Any) -> str:
    """A family as the golden file keeps it."""
    lines = [str(row) for row in rows_of(family)]
    text = "\n".join(lines[:ROWS_SHOWN]) + "\n"
    if len(lines) > ROWS_SHOWN:
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
        text += f"... {len(lines)} rows, sha256 {digest}\n"
    return text


def _number(value: float) -> str:
    return f"{value:.6g}"
