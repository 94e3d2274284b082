"""A goal solved by parts is what plain HiGHS finds on the whole, given what earlier goals are held to."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice

import numpy as np
import pytest

from alloc.instance import compile_instance
from alloc.schema.region import Region
from alloc.solver.allowances import Allowances, share_out
from alloc.solver.by_parts import ByParts
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import Outcome, SolverOptions, Values
from alloc.solver.part import Goal, Part
from alloc.solver.parts import Parts, Resource
from alloc.solver.passes import way_of_large_parts
from alloc.solver.priced_parts import PricedParts
from alloc.solver.progress import CancelToken, Progress, ProgressCallback
from alloc.study.joint import JointModel
from alloc.synthetic import synthetic_model, synthetic_region, tiny_region

EXACT = SolverOptions(time_limit_s=60.0, gap=1e-6, threads=1)
TOLERANCE = 0.01


def both_ways(region: Region, budget_share: float = 0.5) -> Iterator[tuple[Outcome, Outcome]]:
    """Each goal in turn by parts and on the whole, both with the goals before it held share by share; the
    whole knows nothing else of what the parts have found.
    """
    joint = JointModel(compile_instance(region, synthetic_model(region, budget_share=budget_share)))
    with HighsSession(joint.form) as session, HighsSession(joint.form) as plain:
        parts, values = Parts(joint.form, session, joint.split()), None
        for aim in joint.formulation.aims:
            goal = Goal(aim.name, *joint.form.objectives[aim.name])
            assert parts.splits(goal)

            def whole(
                options: SolverOptions,
                start: Values | None,
                progress: ProgressCallback | None,
                goal: Goal = goal,
            ) -> Outcome:
                return session.minimise(
                    goal.cost,
                    goal.constant,
                    goal.name,
                    warm_start=start,
                    options=options,
                    progress=progress,
                )

            way = way_of_large_parts(parts, goal, values) if parts.are_large else ByParts
            by_parts = way(session, whole, parts, goal, EXACT, CancelToken()).run(values)
            yield by_parts, plain.minimise(goal.cost, goal.constant, goal.name, options=EXACT)
            values = by_parts.values
            assert values is not None
            n_before = len(session.problem.added)
            parts.hold(session, goal, values, TOLERANCE * abs(by_parts.objective or 0.0) + 1e-6)
            for held in session.problem.added[n_before:]:
                plain.add_rows(held.matrix, held.lower, held.upper)
        parts.close()


def assert_same(by_parts: Outcome, whole: Outcome) -> None:
    """Both proven, and of one value: neither bound lies above the other's plan."""
    assert by_parts.holding == whole.holding == "proven"
    assert by_parts.objective == pytest.approx(whole.objective, rel=3e-6, abs=3e-6)
    assert by_parts.bound is not None
    assert whole.objective is not None
    assert by_parts.bound <= whole.objective + 3e-6 * max(1.0, abs(whole.objective))


@contextmanager
def short_of_money(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[HighsSession, Parts, Resource, Goal]]:
    """Large parts of a region whose budget is for a part of what they would take, and the unmet need."""
    monkeypatch.setattr("alloc.solver.parts._LARGE", 0)
    monkeypatch.setattr("alloc.solver.decisions_first._PAYS", 1.0)
    region = synthetic_region(seed, n_places=5, n_facilities=5, n_modalities=3, n_specialists=2)
    joint = JointModel(compile_instance(region, synthetic_model(region, budget_share=0.2)))
    goal = Goal("unmet", *joint.form.objectives["unmet"])
    with HighsSession(joint.form) as session:
        parts = Parts(joint.form, session, joint.split())
        (budget,) = parts.resources
        yield session, parts, budget, goal
        parts.close()


@pytest.mark.parametrize("seed", range(60))
def test_every_goal_is_exact(seed: int) -> None:
    for by_parts, whole in both_ways(tiny_region(seed)):
        assert_same(by_parts, whole)


@pytest.mark.parametrize("merged", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(30))
def test_large_parts_are_exact(seed: int, merged: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a city is solved; decisions first never, and wherever a flow is there."""
    monkeypatch.setattr("alloc.solver.parts._LARGE", 0)
    monkeypatch.setattr("alloc.solver.decisions_first._PAYS", merged)
    for by_parts, whole in both_ways(tiny_region(seed)):
        assert_same(by_parts, whole)


@pytest.mark.parametrize("seed", range(16))
def test_narrowed_parts_are_exact(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Goals after the first, with what each part takes at least proven: nothing too much."""
    monkeypatch.setattr("alloc.solver.parts._LARGE", 0)
    monkeypatch.setattr("alloc.solver.decisions_first._PAYS", 1.0)
    monkeypatch.setattr("alloc.solver.part.Part.decides_first", lambda *_: False)
    proven: list[float] = []
    least = Part.least
    monkeypatch.setattr(Part, "least", lambda *given: proven.append(least(*given)) or proven[-1])
    allowed: list[Allowances] = []
    monkeypatch.setattr(
        "alloc.solver.by_narrowed_parts.share_out",
        lambda *given: allowed.append(share_out(*given)) or allowed[-1],
    )
    region = synthetic_region(seed, n_places=5, n_facilities=5, n_modalities=3, n_specialists=2)
    for by_parts, whole in both_ways(region, budget_share=0.2):
        assert_same(by_parts, whole)
    assert any(proven)
    assert allowed
    for one in allowed:
        assert sum(one.most.values()) == pytest.approx(one.resource.limit)


@pytest.mark.parametrize("seed", range(8))
def test_parts_that_pay_for_what_they_share_are_exact(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget for a part of what the parts would each take alone; no price proves too much."""
    monkeypatch.setattr("alloc.solver.parts._LARGE", 0)
    monkeypatch.setattr("alloc.solver.decisions_first._PAYS", 1.0)
    asked: list[PricedParts] = []
    ask = PricedParts.ask
    monkeypatch.setattr(PricedParts, "ask", lambda self, *given: asked.append(self) or ask(self, *given))
    region = synthetic_region(seed, n_places=5, n_facilities=5, n_modalities=3, n_specialists=2)
    n_asked = 0
    for by_parts, whole in islice(both_ways(region, budget_share=0.2), 2):
        assert_same(by_parts, whole)
        n_asked += len(asked)
        for priced in asked:
            assert whole.values is not None
            assert priced.bound <= sum(part.share(priced.goal, whole.values) for part in priced.parts) + 1e-5
        asked.clear()
    assert n_asked


@pytest.mark.parametrize("seed", range(20))
def test_no_price_proves_too_much(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any price on what the parts share, also of the wrong sign: a bound, and no plan is worth less."""
    monkeypatch.setattr("alloc.solver.parts._LARGE", 0)
    region = tiny_region(seed)
    joint = JointModel(compile_instance(region, synthetic_model(region, budget_share=0.2)))
    goal = Goal("unmet", *joint.form.objectives["unmet"])
    with HighsSession(joint.form) as session:
        whole = session.minimise(goal.cost, goal.constant, options=EXACT)
        parts = Parts(joint.form, session, joint.split())
        prices = np.random.default_rng(seed).normal(0.0, 0.01, joint.form.n_rows)
        priced = parts.priced(goal, prices)
        assert not np.array_equal(priced.cost, goal.cost)
        assert whole.values is not None
        assert whole.objective is not None
        assert priced.value(whole.values) <= whole.objective + 1e-6
        for part in parts.easy_first:
            nothing = np.zeros(len(goal.cost), dtype=bool)
            alone = part.search(priced, None, None, nothing, [], True, EXACT, CancelToken())
            part.learn_bound(priced, alone.bound)
        assert np.isfinite(parts.bound(priced))
        assert parts.bound(priced) <= whole.objective + 1e-5
        parts.close()


@pytest.mark.parametrize("seed", range(20))
def test_prices_prove_without_a_search(seed: int) -> None:
    """At the relaxation's own prices the parts' bounds add up to its optimum, at others to no more; with a
    goal held, and some decisions made.
    """
    region = synthetic_region(seed, n_places=5, n_facilities=5, n_modalities=3, n_specialists=2)
    joint = JointModel(compile_instance(region, synthetic_model(region, budget_share=0.2)))
    unmet, travel = (Goal(name, *joint.form.objectives[name]) for name in ("unmet", "travel"))
    random = np.random.default_rng(seed)
    with HighsSession(joint.form) as session:
        plan = session.minimise(unmet.cost, unmet.constant, options=EXACT).values
        assert plan is not None
        settled = random.choice(np.flatnonzero(session.integer_columns()), 5, replace=False)
        session.fix_columns(settled, plan[settled])
        parts = Parts(joint.form, session, joint.split())
        parts.hold(session, unmet, plan, 0.01)
        form = session.problem.form()
        with HighsSession(form.relaxed()) as relaxation:
            relaxed = relaxation.minimise(travel.cost, travel.constant, options=EXACT)
        assert relaxed.row_duals is not None
        assert relaxed.objective is not None

        def proven_at(prices: Values) -> float:
            priced = parts.priced(travel, prices)
            return priced.constant + sum(parts.bounds_at_prices(form, priced, prices).values())

        assert proven_at(relaxed.row_duals) == pytest.approx(relaxed.objective, rel=1e-6, abs=1e-6)
        for _ in range(5):
            others = relaxed.row_duals * random.uniform(0.0, 2.0, form.n_rows)
            assert proven_at(others) <= relaxed.objective + 1e-6 * max(1.0, abs(relaxed.objective))
        parts.close()


@pytest.mark.parametrize("price", [1e-3, 0.1])
@pytest.mark.parametrize("seed", range(8))
def test_plans_fit_at_a_price_that_is_too_low(
    seed: int, price: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hardest part has what the others' answers leave; nothing is proven that the plans contradict."""
    with short_of_money(seed, monkeypatch) as (_, parts, budget, goal):
        alone = {part: part.solve(goal, None, EXACT, CancelToken()) for part in parts.users}
        plans = {part: [outcome.values] for part, outcome in alone.items() if outcome.values is not None}
        priced = PricedParts(parts.users, goal, budget, plans)
        with ThreadPoolExecutor(1) as pool:
            priced.ask_and_fill(price, EXACT, CancelToken(), pool)
        chosen = priced.choice()
        assert chosen is not None
        assert sum(budget.taken[part.columns] @ values for part, values in chosen.items()) <= budget.limit
        assert priced.bound <= sum(goal.cost[part.columns] @ values for part, values in chosen.items()) + 1e-6
        priced.close()


@pytest.mark.parametrize("seed", range(20))
def test_giving_way_costs_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same whole decisions, the goal no worse, all rows kept, no more taken, nothing left behind."""
    monkeypatch.setattr("alloc.solver.parts._LARGE", 0)
    region = tiny_region(seed)
    joint = JointModel(compile_instance(region, synthetic_model(region)))
    goal = Goal("unmet", *joint.form.objectives["unmet"])
    with HighsSession(joint.form) as session:
        values = session.minimise(goal.cost, goal.constant, options=EXACT).values
        assert values is not None
        parts = Parts(joint.form, session, joint.split())
        for part in parts.easy_first:
            mine, whole = values[part.columns], part.session.integer_columns()
            given = part.give_way(goal, mine, CancelToken())
            assert part.session.problem.feasible(given)
            assert np.array_equal(np.rint(given[whole]), np.rint(mine[whole]))
            assert goal.cost[part.columns] @ given <= goal.cost[part.columns] @ mine + 1e-5
            assert part._thrift() @ given <= part._thrift() @ mine + 1e-5
            assert part.session.n_added_rows == 0
            assert np.array_equal(part.session.integer_columns(), whole)
        parts.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_every_goal_is_exact_in_a_larger_region(seed: int) -> None:
    region = synthetic_region(seed, n_places=8, n_facilities=6, n_modalities=3, n_specialists=6)
    for by_parts, whole in both_ways(region):
        assert_same(by_parts, whole)


@pytest.mark.parametrize("seed", range(30))
def test_the_first_goal_needs_no_holding(seed: int) -> None:
    """The plain public way: the first goal solved by parts and not, in sessions of their own."""
    region = tiny_region(seed)
    joint = JointModel(compile_instance(region, synthetic_model(region)))
    parts = joint.solve(EXACT, goals=["unmet"])
    whole = joint.solve(EXACT, goals=["unmet"], by_parts=False)
    assert parts.holding == whole.holding == "proven"
    assert parts.goal_values["unmet"] == pytest.approx(whole.goal_values["unmet"], rel=2e-6, abs=2e-6)


def test_progress_tells_of_the_pass_and_never_of_a_part() -> None:
    region = tiny_region(3)
    joint = JointModel(compile_instance(region, synthetic_model(region)))
    heard: list[Progress] = []
    result = joint.solve(EXACT, progress=heard.append)
    for report in result.reports:
        events = [event for event in heard if event.goal == report.goal]
        assert [event.stage for event in events].count("finished") == 1
        assert events[-1].stage == "finished"
        assert report.objective is not None
        room = 1e-5 * max(1.0, abs(report.objective))
        assert all(event.incumbent is None or event.incumbent >= report.objective - room for event in events)
        assert all(event.bound is None or event.bound <= report.objective + room for event in events)


@pytest.mark.parametrize("known", ["nothing", "the least", "more than that"])
@pytest.mark.parametrize("seed", range(6))
def test_the_least_is_never_more_than_a_plan_takes(
    seed: int, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever plan is known: the least that is proven is what plain HiGHS finds, within the gap."""
    n_proven = 0
    with short_of_money(seed, monkeypatch) as (session, parts, budget, goal):
        values = session.minimise(goal.cost, goal.constant, options=EXACT).values
        assert values is not None
        parts.hold(session, goal, values, 0.01)
        for part in parts.users:
            taken = budget.taken[part.columns]
            plain = part.solve(Goal("taken", budget.taken, 0.0), None, EXACT, CancelToken())
            assert plain.values is not None
            assert plain.objective is not None
            if known != "nothing":
                part.be_thrifty(taken, plain.values if known == "the least" else values[part.columns])
            proven = part.least(taken, EXACT, CancelToken())
            assert proven <= plain.objective + 1e-5
            if proven:
                n_proven += 1
                assert proven >= plain.objective - 1e-4 * max(1.0, plain.objective)
    assert n_proven
