"""Why no plan exists, in a planner's words: which standard or limit cannot be met, where, by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alloc import labels
from alloc.solver.elastic import Violation


@dataclass(frozen=True)
class Clash:
    """One rule that must give way: its name, where, by how much of its own unit."""

    rule: str
    where: str
    amount: float
    limit: float
    side: str

    @classmethod
    def of(cls, violation: Violation) -> Clash:
        """From the relaxed copy's row, such as ``limits.spend_within_budget[region]``."""
        where = violation.row.partition("[")[2].removesuffix("]").replace("'", "")
        return cls(violation.family, where, violation.amount, violation.limit, violation.side)

    def message(self, lang: str = "en") -> str:
        """The rule's sentence, where, and how far off."""
        key = f"rule.{self.rule}"
        sentence = labels.text(key, lang) if labels.has(key) else self.rule.replace("_", " ")
        side = labels.text(f"clash.{self.side}", lang)
        return labels.text(
            "clash.line",
            lang,
            sentence=sentence.rstrip(".。"),
            where=self.where or "-",
            amount=f"{self.amount:,.4g}",
            side=side,
            limit=f"{self.limit:,.4g}",
        )

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        """For JSON."""
        return {"rule": self.rule, "where": self.where, "amount": self.amount, "message": self.message(lang)}
