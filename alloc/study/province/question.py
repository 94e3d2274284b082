"""What a county is asked and what it answers: plain values for processes and for the disk."""

from __future__ import annotations

import hashlib
import json
from typing import Literal

from alloc.schema.base import Frozen

Ask = Literal["probe", "price", "cheapest", "finish"]


class CountyTask(Frozen):
    """One county as a worker needs it: absolute paths or shipped names, and the hash of all that they hold.

    ``most_cny``: the most it may ever get. ``goals``: (goal, weight); none stands for the model's first.
    ``prices_beds``: whether bed-days outside are shared too.
    """

    id: str
    region: str
    model: str
    scenario: str
    most_cny: float
    goals: tuple[tuple[str, float], ...] = ()
    prices_beds: bool = False
    content: str = ""


class Question(Frozen):
    """``probe``: what a relaxation would pay for a share. ``price``: the best plan at these prices (goal's
    unit for each 10,000 CNY, for each 1,000 bed-days), within ``most_cny`` and ``most_bed_days`` where given.
    ``cheapest``: the least spend and bed-days at these prices. ``finish``: the whole plan of ``decided``.
    """

    ask: Ask
    budget: float = 0.0
    beds: float = 0.0
    most_cny: float | None = None
    most_bed_days: float | None = None
    time_limit_s: float = 60.0
    gap: float = 0.002
    seed: int = 0
    decided: tuple[tuple[int, float], ...] = ()
    bound: float | None = None
    folder: str = ""
    lang: str = "en"
    effort: Literal["all_goals", "goal_only"] = "all_goals"

    def key(self, task: CountyTask) -> str:
        """The name under which the answer is kept: the same for the same question about the same facts."""
        record = [task.model_dump(mode="json"), self.model_dump(mode="json")]
        return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:40]


class Column(Frozen):
    """One plan of a county: the goal's value, what it spends (10,000 CNY), bed-days outside (thousands a
    year), and its whole decisions that are not zero, by column of the county's model.
    """

    goal: float
    spend: float
    beds: float
    decided: tuple[tuple[int, float], ...] = ()


class Answer(Frozen):
    """What a county answers. ``bound``: no plan of it is better, goal and prices together. ``price``: what
    a probe found. ``before``: the goal's value today. ``failed``: why there is no answer, in each language.
    """

    county: str
    key: str
    status: str
    columns: tuple[Column, ...] = ()
    bound: float | None = None
    price: float | None = None
    before: float | None = None
    seconds: float = 0.0
    rounds: int = 0
    folder: str = ""
    failed: tuple[tuple[str, str], ...] = ()

    def why(self, lang: str) -> str:
        """Why there is no answer; empty where there is one."""
        return dict(self.failed).get(lang, "")
