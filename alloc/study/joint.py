"""One compiled scenario and its solves: the joint model, with any decisions held at today's state or at a
plan.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyomo.environ as pyo

from alloc.blocks.contract import DecisionBlock, Key
from alloc.formulate import Formulation, formulate
from alloc.instance import Instance
from alloc.limits import LIMITS, OUTCOMES
from alloc.schema.plan import Decisions
from alloc.solver.form import compile_model
from alloc.solver.highs import HighsSession
from alloc.solver.load import load_values
from alloc.solver.outcome import SolverOptions, Values
from alloc.solver.parts import Split
from alloc.solver.passes import GoalPass, PassesResult, run_passes, run_weighted
from alloc.solver.progress import CancelToken, ProgressCallback
from alloc.solver.standard import StandardForm

LINKS = (
    "examine_only_where_offered",
    "treat_only_with_the_modalities_needed",
    "serve_only_at_open_facilities",
)
"""Rules of a row a flow, most of which bind nowhere: in a city they are two rows of three."""


@dataclass
class Clock:
    """Seconds by phase."""

    seconds: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=time.perf_counter)

    def lap(self, phase: str) -> None:
        """Count the time since the last lap to a phase."""
        now = time.perf_counter()
        self.seconds[phase] = self.seconds.get(phase, 0.0) + now - self._since
        self._since = now


@dataclass
class Holding:
    """Columns to hold, rows to lift."""

    columns: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    rows: set[str] = field(default_factory=set)


class JointModel:
    """One instance as a formulation and as arrays; every solve opens a session of its own."""

    def __init__(self, instance: Instance, clock: Clock | None = None) -> None:
        self.instance, self.clock = instance, clock or Clock()
        self.formulation: Formulation = formulate(instance)
        self.clock.lap("build")
        self.form: StandardForm = compile_model(self.formulation.model)
        self._column = self.form.column_of
        self._families = np.array(self.form.row_families)
        self.clock.lap("hand_over")

    @property
    def blocks(self) -> tuple[DecisionBlock, ...]:
        """The decision blocks in the order in which they are decided one after another."""
        return tuple(self.formulation.blocks)

    def undecided(self) -> list[DecisionBlock]:
        """Blocks that the model does not leave to the solver: they are held at today's state."""
        return [block for block in self.blocks if not self.instance.decides(block.decision)]

    def hold_today(self, blocks: Iterable[DecisionBlock]) -> Holding:
        """Hold blocks at today's state."""
        return self._hold({block: block.today() for block in blocks})

    def hold_plan(self, blocks: Iterable[DecisionBlock], decisions: Decisions) -> Holding:
        """Hold blocks at a given plan."""
        return self._hold({block: block.planned(decisions) for block in blocks})

    def _hold(self, held: Mapping[DecisionBlock, Mapping[Key, float | None]]) -> Holding:
        holding = Holding(rows=set(OUTCOMES) if held else set())
        for block, values in held.items():
            holding.rows |= set(block.policy)
            for key, var in block.decisions().items():
                value = values.get(key, 0.0)
                column = self._column.get(id(var))
                if value is not None and column is not None:
                    holding.columns.append(column)
                    holding.values.append(
                        float(np.clip(value, self.form.col_lower[column], self.form.col_upper[column]))
                    )
        return holding

    def solve(
        self,
        options: SolverOptions,
        *,
        holding: Holding | None = None,
        goals: Iterable[str] | None = None,
        by_parts: bool = True,
        progress: ProgressCallback | None = None,
        cancel: CancelToken | None = None,
        warm_start: Values | None = None,
    ) -> PassesResult:
        """All passes (or the named goals only), with the values loaded into the Pyomo model when there are
        any.
        """
        with HighsSession(self.form) as session:
            if holding is not None:
                self._apply(session, holding)
            self.clock.lap("hand_over")
            result = self._run(session, options, goals, by_parts, progress, cancel, warm_start)
            self.clock.lap("solve")
        if result.values is not None:
            load_values(self.form, result.values)
            self.clock.lap("read_back")
        return result

    def _run(
        self,
        session: HighsSession,
        options: SolverOptions,
        goals: Iterable[str] | None,
        by_parts: bool,
        progress: ProgressCallback | None,
        cancel: CancelToken | None,
        warm_start: Values | None,
    ) -> PassesResult:
        aims = [aim for aim in self.formulation.aims if goals is None or aim.goal.goal in set(goals)]
        if self.instance.weighted and goals is None:
            weights = {aim.name: aim.goal.weight for aim in aims}
            return run_weighted(
                session, self.form, weights, options, progress=progress, cancel=cancel, warm_start=warm_start
            )
        passes = [GoalPass(aim.name, aim.goal.tolerance_share, aim.goal.tolerance_abs) for aim in aims]
        return run_passes(
            session,
            self.form,
            passes,
            options,
            progress=progress,
            cancel=cancel,
            warm_start=warm_start,
            split=self.split() if by_parts else None,
        )

    @property
    def links(self) -> np.ndarray:
        """The rows of the rules in `LINKS`."""
        return np.isin(self._families, LINKS)

    def split(self) -> Split:
        """The part and the finer share of every column, none for helpers of goals: the blocks' strands;
        and the block and the topic of every column.
        """
        strand = np.full(self.form.n_columns, "", dtype=object)
        kind_of = np.full(self.form.n_columns, -1)
        topic = np.full(self.form.n_columns, "", dtype=object)
        for kind, block in enumerate(self.blocks):
            for family in block.block.component_objects(ctype=pyo.Var):
                for index, var in family.items():
                    column = self._column.get(id(var))
                    if column is not None:
                        strand[column], kind_of[column] = block.strand(family.local_name, index), kind
                        topic[column] = block.topic(family.local_name, index)
        shares = sorted({name for name in strand if name})
        parts = sorted({name.partition("/")[0] for name in shares})
        return Split(
            part_of=np.array([parts.index(name.partition("/")[0]) if name else -1 for name in strand]),
            share_of=np.array([shares.index(name) if name else -1 for name in strand]),
            kind_of=kind_of,
            topic_of=np.unique(topic.astype(str), return_inverse=True)[1],
            links=self.links,
        )

    def _apply(self, session: HighsSession, holding: Holding) -> None:
        """Hold columns; lift the policy of held blocks, and rows that only check what is held."""
        held = dict(sorted(zip(holding.columns, holding.values, strict=True)))
        if held:
            session.fix_columns(np.array(list(held)), np.array(list(held.values())))
        lifted = np.flatnonzero(self._only_held(holding) | np.isin(self._families, sorted(holding.rows)))
        session.set_row_bounds(lifted, np.full(len(lifted), -np.inf), np.full(len(lifted), np.inf))

    def _only_held(self, holding: Holding) -> np.ndarray:
        """Rows that decide nothing any more: all their columns are held."""
        free = np.ones(self.form.n_columns, dtype=bool)
        free[holding.columns] = False
        held: np.ndarray = np.asarray((self.form.A != 0) @ free.astype(float)).ravel() == 0
        return held

    def binding_where_free(self, holding: Holding) -> Holding:
        """The same columns held, but policies on what is left free stay: a later step must keep them."""
        held = np.zeros(self.form.n_columns, dtype=bool)
        held[holding.columns] = True
        touches_held = np.asarray((self.form.A != 0) @ held.astype(float)).ravel() > 0
        touched = set(self._families[touches_held].tolist())
        return Holding(holding.columns, holding.values, holding.rows & (touched | set(OUTCOMES)))

    def lifted(self, holding: Holding) -> frozenset[str]:
        """Policies and limits that a plan with these columns held need not keep: the limits table tells."""
        limits = {limit.__name__ for limit in LIMITS}
        checked_only = set(self._families[self._only_held(holding)].tolist())
        return frozenset(holding.rows | (limits & checked_only))
