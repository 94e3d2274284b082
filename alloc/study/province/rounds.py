"""The rounds: prices go out, plans and bounds come in, until choice and bound meet."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from alloc.errors import NoPlanInTime
from alloc.limits.money import CNY_PER_UNIT
from alloc.schema.province import Province
from alloc.solver.outcome import relative_gap
from alloc.study.province.answers import Answers
from alloc.study.province.choice import choose
from alloc.study.province.county import BED_DAYS_PER_UNIT
from alloc.study.province.master import Known, Prices, lagrangian, taken
from alloc.study.province.next_price import following, rounded
from alloc.study.province.outcome import Round
from alloc.study.province.question import Answer, Ask, Column, CountyTask, Question
from alloc.study.province.too_little import TooLittle, too_little
from alloc.study.province.wishes import ProvinceProgress, Wishes, units
from alloc.study.province.workers import Work, failure

COUNTY_GAP = 0.3
"""Share of the gap asked for that a county's answer may leave, as a share of goal and prices together."""
STOP_AT = 0.8
"""Share of the gap asked for at which the rounds end: finishing a county may cost a little."""
_PROBED = 10
"""Counties that are asked for a first price."""
_UNSURE = 0.1
"""Counties are not asked again while what is not known of them all sums up to this share of the gap."""
_MOST_ROUNDS = 40
_SHARPER = 0.2
"""A sharper answer leaves so much of the usual gap."""


class Rounds:
    """One run's state: what is known of each county, the best choice, the best bound."""

    def __init__(
        self,
        province: Province,
        tasks: Sequence[CountyTask],
        answers: Answers,
        wishes: Wishes,
        began: float,
        progress: Callable[[ProvinceProgress], None] | None,
    ) -> None:
        self.province, self.answers, self.wishes = province, answers, wishes
        self.tasks = {task.id: task for task in tasks}
        self.known = {task.id: Known() for task in tasks}
        self.failed: dict[str, Answer] = {}
        self.finished: dict[str, Answer] = {}
        self.shares: dict[str, float] = {}
        self.rounds: list[Round] = []
        self.chosen: list[Column] | None = None
        self.too_little = False
        self.tried: list[Prices] = []
        self._began, self._progress = began, progress
        self.shared = units(province)

    @property
    def alive(self) -> list[str]:
        """The counties that have not failed, in their order."""
        return [name for name in self.tasks if name not in self.failed]

    @property
    def value(self) -> float | None:
        """The province's goal at the best choice."""
        return None if self.chosen is None else sum(column.goal for column in self.chosen)

    def bound(self) -> float | None:
        """The best bound over all prices tried."""
        known = [self.known[name] for name in self.alive]
        found = max((lagrangian(known, prices, self.shared) for prices in self.tried), default=-math.inf)
        return found if math.isfinite(found) else None

    def probe(self) -> None:
        """A first price: the middle one of what relaxations of a few counties would pay for an equal share.

        Whatever it is, the bound holds; a good one saves a round.
        """
        share = self.province.budget_cny / len(self.tasks)
        heard = self._ask_all(
            "probe", self.alive[:: -(-len(self.tasks) // _PROBED)], self.question("probe", most_cny=share)
        )
        prices = sorted(answer.price for answer in heard.values() if answer.price is not None)
        middle = prices[len(prices) // 2] if prices else 0.0
        self._next: Prices = rounded((middle, *([0.0] * (len(self.shared) - 1))))

    def price_until_proven(self) -> None:
        """Rounds of pricing, until the choice is within the gap of the bound or prices stand still."""
        self._price_until_it_stands_still()
        if self.chosen is not None or not self.alive or self.answers.cancel.cancelled:
            return
        self._ask_for_the_cheapest()
        self._give_up_those_without_a_plan()
        counties = [self.known[name] for name in self.alive]
        new = following(counties, self.tried, self.shared)
        if new is not None and not self.too_little:
            self._next = new
            self._price_until_it_stands_still()

    def _price_until_it_stands_still(self) -> None:
        while len(self.rounds) < _MOST_ROUNDS and self.alive and self._goes_on():
            self.round(self._next)
            counties = [self.known[name] for name in self.alive]
            new = None if self._is_proven() else following(counties, self.tried, self.shared)
            if new is None:
                break
            self._next = new

    def _give_up_those_without_a_plan(self) -> None:
        """A county that found none in any question fails; it does not sink the others."""
        for name in self.alive:
            if not self.known[name].columns:
                question = self.question("price", self.tried[-1])
                self.failed[name] = failure((self.tasks[name], question), NoPlanInTime())
        self.choose()

    def round(self, prices: Prices, *, sharper: bool = False) -> None:
        """Ask at these prices and choose."""
        asked = self._price(prices, sharper=sharper)
        self.choose()
        self._note(prices, asked)

    def choose(self) -> None:
        """The best choice of the plans that are known."""
        found = choose([self.known[name] for name in self.alive], self.shared)
        complete = self.chosen is not None and len(self.chosen) == len(self.alive)
        self.chosen = found if found is not None or not complete else self.chosen

    def is_open(self) -> bool:
        """Whether there is a choice, not proven yet, and time."""
        return self.chosen is not None and not self._is_proven() and self._goes_on()

    def finish(self, chosen: Sequence[Column], folder: Path) -> None:
        """Each county's whole plan within what the choice gives it."""
        batch: list[Work] = []
        for name, column in zip(self.alive, chosen, strict=True):
            self.shares[name] = math.ceil(100.0 * column.spend * CNY_PER_UNIT - 1e-4) / 100.0
            question = Question(
                ask="finish",
                most_cny=self.shares[name],
                most_bed_days=column.beds * BED_DAYS_PER_UNIT if len(self.shared) > 1 else None,
                time_limit_s=self.wishes.county_time_limit_s,
                gap=self.wishes.gap / 2,
                seed=self.wishes.seed,
                decided=column.decided,
                bound=self.bound_within(name, column),
                folder=str(folder / name),
                lang=self.wishes.lang,
                effort=self.wishes.effort,
            )
            batch.append((self.tasks[name], question))
        heard = self.ask("finish", batch, lambda one: (Path(one.folder) / "plan.json").is_file())
        for name, answer in heard.items():
            (self.failed if answer.failed else self.finished)[name] = answer

    def bound_within(self, name: str, column: Column) -> float | None:
        """What no plan of a county can better that takes no more of what is shared than this one."""
        mine, own = taken(column, len(self.shared)), self.known[name]
        bounds = [
            bound - sum(price * most for price, most in zip(prices, mine, strict=True))
            for prices, bound in own.bounds.items()
        ]
        return min(max(bounds), column.goal) if bounds else None

    def why_too_little(self) -> list[TooLittle]:
        """Why no set of plans fits what is shared."""
        return too_little({name: self.known[name] for name in self.alive}, self.shared)

    def _price(self, prices: Prices, *, sharper: bool) -> int:
        """Ask the counties of which too little is known at these prices; how many were asked."""
        if prices not in self.tried:
            self.tried.append(prices)
        room = self._room()
        open_ones = [
            name
            for name in self.alive
            if (sharper or prices not in self.known[name].bounds)
            and not self.known[name].most(prices) - self.known[name].least(prices) <= room
        ]
        question = self.question("price", prices)
        if sharper:
            question = question.model_copy(update={"gap": _SHARPER * question.gap})
        self.take_in(self._ask_all("price", open_ones, question), prices)
        return len(open_ones)

    def _room(self) -> float:
        """How far a county's best plan and its bound may be apart before it is asked again."""
        known = self.value
        if known is None:
            return -math.inf
        return _UNSURE * self.wishes.gap * abs(known) / max(len(self.alive), 1)

    def take_in(self, heard: dict[str, Answer], prices: Prices | None) -> None:
        """Plans and bounds of a round, in the order of the counties. Without a plan at all a county fails."""
        for name in self.tasks:
            answer = heard.get(name)
            if answer is None or answer.status == "cancelled":
                continue
            known = self.known[name]
            known.columns += [column for column in answer.columns if column not in known.columns]
            if prices is not None and answer.bound is not None:
                known.bounds[prices] = max(answer.bound, known.bounds.get(prices, -math.inf))
            if answer.failed and not known.columns:
                self.failed[name] = answer

    def _ask_for_the_cheapest(self) -> None:
        """No choice fits: the plans that take least, which also shows when there is none."""
        n = len(self.shared)
        unit = tuple(1.0 / max(limit, 1e-6) for limit in self.shared)
        heard = self._ask_all("price", self.alive, self.question("cheapest", unit))
        self.take_in(heard, None)
        counties = [self.known[name] for name in self.alive]
        self.chosen = choose(counties, self.shared)
        bounds = [heard[name].bound for name in self.alive if name in heard]
        least = sum(bound for bound in bounds if bound is not None)
        complete = len(bounds) == len(self.alive) and None not in bounds
        self.too_little = self.chosen is None and complete and least > n * (1.0 + 1e-6)

    def question(
        self,
        ask: Ask,
        prices: Prices = (0.0,),
        most_cny: float | None = None,
        most_bed_days: float | None = None,
    ) -> Question:
        """A question with the run's options."""
        return Question(
            ask=ask,
            budget=prices[0],
            beds=prices[1] if prices[1:] else 0.0,
            most_cny=most_cny,
            most_bed_days=most_bed_days,
            time_limit_s=self.wishes.county_time_limit_s,
            gap=COUNTY_GAP * self.wishes.gap,
            seed=self.wishes.seed,
        )

    def _ask_all(self, stage: str, names: Sequence[str], question: Question) -> dict[str, Answer]:
        return self.ask(stage, [(self.tasks[name], question) for name in names])

    def ask(
        self, stage: str, batch: Sequence[Work], is_whole: Callable[[Answer], bool] = lambda _: True
    ) -> dict[str, Answer]:
        done = 0
        value, bound = self.value, self.bound()

        def tell(_: Answer) -> None:
            nonlocal done
            done += 1
            if self._progress is not None:
                gap = relative_gap(value, bound)
                seconds = time.perf_counter() - self._began
                self._progress(
                    ProvinceProgress(
                        stage, len(self.rounds) + 1, done, len(batch), value, bound, gap, seconds
                    )
                )

        return self.answers.ask(batch, tell, is_whole)

    def _note(self, prices: Prices, asked: int) -> None:
        value, bound = self.value, self.bound()
        self.rounds.append(
            Round(
                number=len(self.rounds) + 1,
                price_per_million_cny=prices[0] * 1e6 / CNY_PER_UNIT,
                price_per_1000_bed_days=prices[1] if prices[1:] else 0.0,
                asked=asked,
                value=value,
                bound=bound,
                gap=relative_gap(value, bound),
                seconds=time.perf_counter() - self._began,
            )
        )

    def _is_proven(self) -> bool:
        gap = relative_gap(self.value, self.bound())
        return gap is not None and gap <= STOP_AT * self.wishes.gap

    def _goes_on(self) -> bool:
        spent = time.perf_counter() - self._began
        return spent < self.wishes.time_limit_s and not self.answers.cancel.cancelled
