"""Which facilities are open: candidates may be opened, some may be closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pyomo.environ as pyo

from alloc.blocks.contract import CostTerm, DecisionBlock, Key, Rule, Var, strand_of_group
from alloc.schema.base import Frozen
from alloc.schema.model import Decision
from alloc.schema.plan import Decisions, SiteRow

BUILDING_LIFE_YEARS = 30.0
"""Years over which opening a facility counts in yearly cost [estimate]."""


def required_sites_open(sites: SitesBlock) -> Iterator[Rule]:
    r"""A facility that is required is open.

    Mathematics: $o_f = 1$
    Index: required facilities $f$; sparse because few are.
    Unit: 1 (open or not) on both sides.
    Source: facility status of the region file.
    """
    for f, var in sites.open.items():
        if sites.instance.facilities[f].operating == "required":
            yield f, 1.0, [(1.0, var)], None


class SitesBlock(DecisionBlock):
    """``open[facility]`` for candidate, required and may-close facilities; all others are constant."""

    name: ClassVar[str] = "sites"
    decision: ClassVar[Decision] = "equipment"
    rules: ClassVar = (required_sites_open,)
    policy: ClassVar = ("required_sites_open",)

    open: dict[str, Var]

    def declare(self) -> None:
        """Declare ``open``, opening and running costs, and the change against today."""
        facilities = self.instance.facilities
        optional = [f for f in facilities if self.instance.is_optional(f)]
        self.open = self.variables("open", optional, within=pyo.Binary)
        weight = self.instance.standards.disruption.site_opened_or_closed
        for f, row in facilities.items():
            running = row.running_cny_per_year
            if f not in self.open:
                if row.operating == "existing" and running:
                    self.terms.costs.append(CostTerm("running", "yearly", "region", f, [], fixed_cny=running))
                continue
            var = self.open[f]
            if running:
                self.terms.costs.append(CostTerm("running", "yearly", "region", f, [(running, var)]))
            if row.operating == "may_close":
                self.terms.disruption.append((-weight, var))
                self.terms.disruption_fixed += weight
                continue
            self.terms.disruption.append((weight, var))
            opening = [(row.opening_cny, var)]
            self.terms.costs.append(CostTerm("opening", "capital", "region", f, opening, BUILDING_LIFE_YEARS))

    def strand(self, family: str, index: object) -> str:
        """Sites go with the machines that need their rooms."""
        return strand_of_group("imaging")

    def decisions(self) -> dict[Key, Var]:
        """``("open", facility)``."""
        return {("open", f): var for f, var in self.open.items()}

    def today(self) -> dict[Key, float | None]:
        """What may close is open, a candidate is not."""
        return {("open", f): float(self.instance.facilities[f].operating == "may_close") for f in self.open}

    def planned(self, decisions: Decisions) -> dict[Key, float | None]:
        """As the plan's ``sites`` say."""
        return {
            ("open", row.facility): float(row.open) for row in decisions.sites if row.facility in self.open
        }

    def rows(self) -> dict[str, list[Frozen]]:
        """One row for every facility."""
        rows: list[Frozen] = []
        for f, row in self.instance.facilities.items():
            is_open = round(self.open[f].value) == 1 if f in self.open else row.operating != "prohibited"
            was_open = row.operating in ("existing", "may_close")
            rows.append(
                SiteRow(
                    facility=f, open=is_open, opened=is_open and not was_open, closed=was_open and not is_open
                )
            )
        return {"sites": rows}
