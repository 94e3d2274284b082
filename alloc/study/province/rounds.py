"""The rounds: prices go out, plans and bounds come in, until choice and bound meet."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from alloc import labels
from alloc.limits.money import CNY_PER_UNIT
from alloc.schema.province import Province
from alloc.solver.outcome import relative_gap
from alloc.study.province.answers import Answers
from alloc.study.province.choice import choose
from alloc.study.province.county import BED_DAYS_PER_UNIT
from alloc.study.province.master import Known, Prices, lagrangian, next_prices, taken
from alloc.study.province.outcome import Round
from alloc.study.province.question import Answer, Ask, Column, CountyTask, Question
from alloc.study.province.workers import Work

COUNTY_GAP = 0.3
"""Share of the gap asked for that a county's answer may leave, as a share of goal and prices together."""
STOP_AT = 0.8
"""Share of the gap asked for at which the rounds end: finishing a county may cost a little."""
_PROBED = 10
"""Counties that are asked for a first price."""
_UNSURE = 0.1
"""Counties are not asked again while what is not known of them all sums up to this share of the gap."""
_MOST_ROUNDS = 40
_STEP = 2.0
"""A round's price is at most so many times above the highest, or below the lowest, one tried before."""
_REPAIRS, _REPAIRED = 4, 4
"""Rounds of using what is left, and counties asked in each."""


@dataclass(frozen=True)
class Wishes:
    """What the caller asks of a run."""

    gap: float
    time_limit_s: float
    county_time_limit_s: float
    seed: int
    effort: Literal["all_goals", "goal_only"]
    lang: str
    folder: Path


@dataclass(frozen=True)
class ProvinceProgress:
    """Where a run is: ``stage`` is 'probe', 'price', 'repair' or 'finish'; ``done`` of ``total`` counties."""

    stage: str
    round: int
    done: int
    total: int
    value: float | None
    bound: float | None
    gap: float | None
    seconds: float


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
        self._tried: list[Prices] = []
        self._began, self._progress = began, progress
        self.shared = _units(province)

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
        found = max((lagrangian(known, prices, self.shared) for prices in self._tried), default=-math.inf)
        return found if math.isfinite(found) else None

    def probe(self) -> None:
        """A first price: the middle one of what relaxations of a few counties would pay for an equal share.

        Whatever it is, the bound holds; a good one saves a round.
        """
        share = self.province.budget_cny / len(self.tasks)
        heard = self._ask(
            "probe", self.alive[:: -(-len(self.tasks) // _PROBED)], self._question("probe", most_cny=share)
        )
        prices = sorted(answer.price for answer in heard.values() if answer.price is not None)
        middle = prices[len(prices) // 2] if prices else 0.0
        self._next: Prices = self._rounded((middle, *([0.0] * (len(self.shared) - 1))))

    def price_until_proven(self) -> None:
        """Rounds of pricing, until the choice is within the gap of the bound or prices stand still."""
        while len(self.rounds) < _MOST_ROUNDS and self.alive and self._goes_on():
            prices = self._next
            asked = self._price(prices)
            self.chosen = choose([self.known[name] for name in self.alive], self.shared)
            self._note(prices, asked)
            if self._is_proven():
                return
            following = self._following()
            if following is None:
                break
            self._next = following
        if self.chosen is None and self.alive and not self.answers.cancel.cancelled:
            self._ask_for_the_cheapest()

    def use_what_is_left(self) -> None:
        """A few counties that could gain most plan again with what the others leave as a hard limit."""
        for _ in range(_REPAIRS):
            if self.chosen is None or self._is_proven() or not self._goes_on():
                return
            left = [
                limit - sum(taken(column, len(self.shared))[k] for column in self.chosen)
                for k, limit in enumerate(self.shared)
            ]
            hopeful = self._hopeful(left)
            if not hopeful:
                return
            before = self.value or 0.0
            batch = [(self.tasks[name], self._within(column, left)) for name, column in hopeful]
            self._take_in(self._ask_all("repair", batch), None)
            self.chosen = choose([self.known[name] for name in self.alive], self.shared) or self.chosen
            if before - (self.value or 0.0) <= 1e-3 * self.wishes.gap * abs(before):
                return

    def finish(self, chosen: Sequence[Column], folder: Path) -> None:
        """Each county's whole plan within what the choice gives it."""
        batch: list[Work] = []
        for name, column in zip(self.alive, chosen, strict=True):
            self.shares[name] = round(column.spend * CNY_PER_UNIT, 2)
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
        heard = self._ask_all("finish", batch, lambda one: (Path(one.folder) / "plan.json").is_file())
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

    def why_too_little(self) -> list[_TooLittle]:
        """Why no set of plans fits what is shared."""
        return [_TooLittle()]

    def _price(self, prices: Prices) -> int:
        """Ask the counties of which too little is known at these prices; how many were asked."""
        self._tried.append(prices)
        room = self._room()
        open_ones = [
            name
            for name in self.alive
            if prices not in self.known[name].bounds
            and not self.known[name].most(prices) - self.known[name].least(prices) <= room
        ]
        question = self._question("price", prices)
        self._take_in(self._ask("price", open_ones, question), prices)
        return len(open_ones)

    def _room(self) -> float:
        """How far a county's best plan and its bound may be apart before it is asked again."""
        known = self.value
        if known is None:
            return -math.inf
        return _UNSURE * self.wishes.gap * abs(known) / max(len(self.alive), 1)

    def _take_in(self, heard: dict[str, Answer], prices: Prices | None) -> None:
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

    def _following(self) -> Prices | None:
        """The master's prices, not too far from those tried; None when they stand still."""
        counties = [self.known[name] for name in self.alive]
        if any(not county.columns for county in counties):
            return None
        highest = tuple(max(prices[k] for prices in self._tried) for k in range(len(self.shared)))
        scale = [self._scale(k) for k in range(len(self.shared))]
        penalty = tuple(max(100.0 * high, 100.0 * unit) for high, unit in zip(highest, scale, strict=True))
        wanted, _ = next_prices(counties, self.shared, penalty)
        new = []
        for k, price in enumerate(wanted):
            tried = [prices[k] for prices in self._tried]
            top = _STEP * max(tried) if max(tried) > 0 else scale[k]
            low = min(tried) / _STEP
            new.append(min(max(price, low if price > 0 or self._lowered(k) < 6 else 0.0), top))
        following = self._rounded(tuple(new))
        return None if following in self._tried else following

    def _lowered(self, k: int) -> int:
        """How often the lowest price has been halved since the first."""
        first, lowest = self._tried[0][k], min(prices[k] for prices in self._tried)
        return 99 if lowest <= 0 or first <= 0 else round(math.log2(first / lowest))

    def _scale(self, k: int) -> float:
        """A price at which what is shared would weigh a tenth of the goal: where nothing better is known."""
        goal = sum(min(c.goal for c in self.known[name].columns) for name in self.alive)
        used = sum(
            max(taken(c, len(self.shared))[k] for c in self.known[name].columns) for name in self.alive
        )
        return 0.1 * max(abs(goal), 1e-3) / used if used > 0 else 1.0

    def _ask_for_the_cheapest(self) -> None:
        """No choice fits: the plans that take least, which also shows when there is none."""
        n = len(self.shared)
        unit = tuple(1.0 / max(limit, 1e-6) for limit in self.shared)
        heard = self._ask("price", self.alive, self._question("cheapest", unit))
        self._take_in(heard, None)
        counties = [self.known[name] for name in self.alive]
        self.chosen = choose(counties, self.shared)
        bounds = [heard[name].bound for name in self.alive if name in heard]
        least = sum(bound for bound in bounds if bound is not None)
        complete = len(bounds) == len(self.alive) and None not in bounds
        self.too_little = self.chosen is None and complete and least > n * (1.0 + 1e-6)

    def _hopeful(self, left: Sequence[float]) -> list[tuple[str, Column]]:
        """The counties whose bound leaves most to gain with what is left."""
        gains = []
        for name, column in zip(self.alive, self.chosen or (), strict=True):
            more = column.model_copy(
                update={"spend": column.spend + left[0], "beds": column.beds + (left[1] if left[1:] else 0.0)}
            )
            least = self.bound_within(name, more)
            known = min(
                (c.goal for c in self.known[name].columns if _fits(c, more, len(self.shared))),
                default=column.goal,
            )
            if least is not None and known - least > 1e-6:
                gains.append((known - least, name, column))
        gains.sort(key=lambda gain: (-gain[0], gain[1]))
        return [(name, column) for _, name, column in gains[:_REPAIRED]]

    def _within(self, column: Column, left: Sequence[float]) -> Question:
        beds = (column.beds + left[1]) * BED_DAYS_PER_UNIT if left[1:] else None
        return self._question(
            "price", most_cny=round((column.spend + left[0]) * CNY_PER_UNIT, 2), most_bed_days=beds
        )

    def _question(
        self,
        ask: Ask,
        prices: Prices = (0.0,),
        most_cny: float | None = None,
        most_bed_days: float | None = None,
    ) -> Question:
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

    def _ask(self, stage: str, names: Sequence[str], question: Question) -> dict[str, Answer]:
        return self._ask_all(stage, [(self.tasks[name], question) for name in names])

    def _ask_all(
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

    @staticmethod
    def _rounded(prices: Prices) -> Prices:
        """Nine digits: the same on every machine, so that an answer in the store is found again."""
        return tuple(float(f"{price:.9g}") for price in prices)


@dataclass(frozen=True)
class _TooLittle:
    """Told with Infeasible: even the plans that take least do not fit."""

    def message(self, lang: str = "en") -> str:
        """The sentence."""
        return labels.text("province.error.too_little", lang)


def _units(province: Province) -> tuple[float, ...]:
    """What is shared, in the solver's units."""
    budget = (province.budget_cny / CNY_PER_UNIT,)
    beds = province.tertiary_bed_days_per_year
    return budget if beds is None else (*budget, beds / BED_DAYS_PER_UNIT)


def _fits(column: Column, within: Column, n_shared: int) -> bool:
    return all(
        mine <= most + 1e-9
        for mine, most in zip(taken(column, n_shared), taken(within, n_shared), strict=True)
    )
