"""Any numbers of any size: no error but alloc's own, never a wrong 'proven'. Held to every choice tried."""

from itertools import combinations

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from alloc import location
from alloc.errors import AllocError, Infeasible, NoPlanInTime, UsageError
from alloc.location.answer import Answer
from tests.location import capacity_cases, median_cases
from tests.location.covering_cases import choices, n_within, sparse

N_EXAMPLES = max(120, settings.default.max_examples)
FEW = settings(max_examples=N_EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
SIZES = [1e-12, 1e-6, 1e-3, 1.0, 1e3, 1e5]
NO_STATES = {"existing": [], "required": [], "prohibited": []}
IDS = ["甲", "b", 3, ("c", 1), "é", "", "x y"]


@st.composite
def questions(draw, mixed=True):
    """Costs with ties, zeros, gaps and any size, weights, states of sites, p, a cutoff, a time limit."""
    n_clients, n_sites = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    size = draw(st.sampled_from(SIZES))
    cells = st.integers(0, 5).map(float)
    if mixed:
        cells = st.one_of(
            cells,
            st.floats(0, 10).filter(lambda cell: cell == 0.0 or cell > 1e-80),
            st.sampled_from([0.1, 0.3, 1 / 3, 1e-9, 1e-6, 1e6]),
        )
    cells = st.one_of(cells, cells, cells, cells, st.just(np.inf))
    cost = np.array([[draw(cells) for _ in range(n_sites)] for _ in range(n_clients)]) * size
    weights = np.array([draw(st.sampled_from([0.0, 1.0, 2.0, 0.1, 7.5])) for _ in range(n_clients)])
    weights = weights * draw(st.sampled_from(SIZES))
    states = [draw(st.sampled_from([0, 0, 0, 0, 1, 2, 3])) for _ in range(n_sites)]
    named = {
        state: [site for site in range(n_sites) if states[site] == code]
        for code, state in enumerate(("existing", "required", "prohibited"), 1)
    }
    finite = cost[np.isfinite(cost)]
    cutoff = draw(st.sampled_from([np.inf, np.inf, 0.0, *finite[:2]]))
    limit = draw(st.sampled_from([60.0, 60.0, 60.0, 1e-4, 0.02]))
    return cost, weights, draw(st.integers(1, n_sites)), named, cutoff, limit, draw(st.booleans())


def ask(name, cost, *, as_sparse, limit, **question):
    """An answer, or None where there is none; whichever error it is, it must have its reason."""
    try:
        return getattr(location, name)(sparse(cost) if as_sparse else cost, time_limit_s=limit, **question)
    except NoPlanInTime:
        assert limit < 60.0
    except Infeasible:
        return "infeasible"
    except UsageError:
        assert name != "facility_location" or "p" in question
        return "refused"
    return None


def hold(answer, best, *, largest=False, refused=False):
    """The answer to its promises; ``best`` is infinite where there is none."""
    if answer is None:
        return
    if isinstance(answer, str):
        assert answer == ("refused" if refused else "infeasible")
        assert refused or np.isinf(best)
        return
    assert not refused
    assert np.isfinite(best)
    sign = -1.0 if largest else 1.0
    objective, bound, best = sign * answer.objective, sign * answer.bound, sign * best
    slack = 1e-9 * abs(best) + 1e-15
    assert objective >= best - slack
    assert bound <= best + slack
    if answer.status == "optimal":
        assert objective <= best + max(1.001e-6 * abs(best), 1.001e-9)


def fits(p, n_sites, named):
    """Whether so many sites may be opened."""
    return len(named["required"]) <= p <= n_sites - len(named["existing"]) - len(named["prohibited"])


@FEW
@given(questions())
def test_p_median(question):
    cost, weights, p, named, cutoff, limit, as_sparse = question
    answer = ask(
        "p_median", cost, as_sparse=as_sparse, limit=limit, weights=weights, p=p, cutoff=cutoff, **named
    )
    possible = fits(p, cost.shape[1], named)
    best = median_cases.by_hand(cost, weights, p, **named, cutoff=cutoff) if possible else np.inf
    hold(answer, best, refused=not possible)


@FEW
@given(questions())
def test_p_center(question):
    cost, weights, p, named, cutoff, limit, as_sparse = question
    answer = ask(
        "p_center", cost, as_sparse=as_sparse, limit=limit, weights=weights, p=p, cutoff=cutoff, **named
    )
    possible, best = fits(p, cost.shape[1], named), np.inf
    near_enough = np.where(cost <= cutoff, cost, np.inf)
    for sites in choices(cost.shape[1], p, **named) if possible else ():
        far = near_enough[:, sites].min(axis=1)
        if np.isfinite(far).all():
            best = min(best, (weights * far).max())
    hold(answer, best, refused=not possible)


@FEW
@given(questions(), st.sampled_from([0.0, 1.0, 3.0, 1e6]))
def test_max_cover(question, reach):
    cost, weights, p, named, cutoff, limit, as_sparse = question
    radius = reach * float(np.median(cost[np.isfinite(cost)])) if np.isfinite(cost).any() else reach
    answer = ask(
        "max_cover", cost, as_sparse=as_sparse, limit=limit, weights=weights, radius=radius, p=p,
        cutoff=cutoff, **named,
    )  # fmt: skip
    possible = fits(p, cost.shape[1], named)
    covered = (
        weights[n_within(cost, sites, radius, cutoff) > 0].sum()
        for sites in (choices(cost.shape[1], p, **named) if possible else ())
    )
    hold(answer, max(covered, default=np.inf), largest=True, refused=not possible)


@FEW
@given(questions(), st.sampled_from([0.0, 1.0, 3.0, 1e6]))
def test_set_cover(question, reach):
    cost, _, _, named, cutoff, limit, as_sparse = question
    radius = reach * float(np.median(cost[np.isfinite(cost)])) if np.isfinite(cost).any() else reach
    answer = ask("set_cover", cost, as_sparse=as_sparse, limit=limit, radius=radius, cutoff=cutoff, **named)
    n_opened = (
        float(len(sites) - len(named["existing"]))
        for sites in choices(cost.shape[1], **named)
        if (n_within(cost, sites, radius, cutoff) > 0).all()
    )
    hold(answer, min(n_opened, default=np.inf))


def units(question, draws):
    """Demand, capacity and fixed cost in whole numbers, and the units of money and of demand."""
    cost, _, _, _, _, _, _ = question
    random = np.random.default_rng(draws)
    n_clients, n_sites = cost.shape
    demand = random.integers(0, 5, n_clients).astype(float)
    capacity = random.integers(0, 9, n_sites) + (demand.sum() // 2 if draws % 2 else 0.0)
    return demand, capacity, random.integers(0, 9, n_sites).astype(float)


@FEW
@given(questions(mixed=False), st.integers(0, 10**6), st.booleans(), st.sampled_from(SIZES))
def test_facility_location(question, draws, single, unit):
    cost, _, _, named, cutoff, limit, as_sparse = question
    demand, capacity, fixed = units(question, draws)
    finite = cost[np.isfinite(cost) & (cost > 0)]
    size = float(finite.max()) / 5.0 if len(finite) else 1.0
    answer = ask(
        "facility_location", cost, as_sparse=as_sparse, limit=limit, demand=demand * unit, cutoff=cutoff,
        capacity=capacity * unit, fixed_cost=fixed * size, single_source=single, **named,
    )  # fmt: skip
    near_enough = np.where(cost <= cutoff, cost, np.inf) / size
    hold(
        answer,
        size * capacity_cases.by_hand(near_enough, demand, capacity, fixed, single_source=single, **named),
    )


@FEW
@given(questions(), st.integers(0, 10**6))
def test_facility_location_with_costs_of_all_sizes(question, draws):
    cost, _, _, named, cutoff, limit, as_sparse = question
    demand, capacity, fixed = units(question, draws)
    answer = ask(
        "facility_location", cost, as_sparse=as_sparse, limit=limit, demand=demand, cutoff=cutoff,
        capacity=capacity, fixed_cost=fixed, single_source=True, **named,
    )  # fmt: skip
    near_enough = np.where(cost <= cutoff, cost, np.inf)
    hold(answer, capacity_cases.by_hand(near_enough, demand, capacity, fixed, single_source=True, **named))


@FEW
@given(questions(mixed=False), st.integers(0, 10**6), st.booleans(), st.sampled_from(SIZES))
def test_capacitated_p_median(question, draws, single, unit):
    cost, weights, p, named, cutoff, limit, as_sparse = question
    demand, capacity, _ = units(question, draws)
    answer = ask(
        "capacitated_p_median", cost, as_sparse=as_sparse, limit=limit, weights=weights, p=p, cutoff=cutoff,
        demand=demand * unit, capacity=capacity * unit, single_source=single, **named,
    )  # fmt: skip
    possible, best = fits(p, cost.shape[1], named), np.inf
    whole = np.where(cost <= cutoff, cost, np.inf)
    whole = np.where(np.isfinite(whole), np.where(np.isfinite(whole), whole, 0.0) * weights[:, None], np.inf)
    finite = whole[np.isfinite(whole) & (whole > 0)]
    size = float(finite.max()) / 5.0 if len(finite) else 1.0
    if possible:
        free = np.zeros(cost.shape[1])
        best = size * capacity_cases.by_hand(
            whole / size, demand, capacity, free, single_source=single, p=p, **named
        )
    hold(answer, best, refused=not possible)


@FEW
@given(questions())
def test_p_dispersion(question):
    cost, weights, p, named, cutoff, limit, as_sparse = question
    n = min(cost.shape)
    cost, weights = cost[:n, :n], weights[:n]
    named = {state: [site for site in sites if site < n] for state, sites in named.items()}
    capped = np.minimum(np.minimum(cost, cost.T), cutoff)
    distance = np.array(
        [
            [capped[j, k] * (weights[j] * weights[k] if capped[j, k] < np.inf else 1.0) for k in range(n)]
            for j in range(n)
        ]
    )
    best = -np.inf
    for sites in choices(n, p, **named) if fits(p, n, named) else ():
        among = [distance[j, k] for j, k in combinations(sites, 2)]
        best = max(best, min(among, default=np.inf))
    answer = ask(
        "p_dispersion", cost, as_sparse=as_sparse, limit=limit, p=p, weights=weights, cutoff=cutoff, **named
    )
    hold(answer, best, largest=True, refused=not np.isfinite(best))


@FEW
@given(questions(), st.sampled_from([-0.1, -1.0, -5.0]))
@example((np.array([[1e-12], [1e-21]]), np.array([0.0, 1e-12]), 1, NO_STATES, np.inf, 60.0, False), -0.1)
def test_equity_p_median(question, epsilon):
    cost, weights, p, named, cutoff, limit, as_sparse = question
    answer = ask(
        "equity_p_median", cost, as_sparse=as_sparse, limit=limit, weights=weights, p=p, epsilon=epsilon,
        cutoff=cutoff, **named,
    )  # fmt: skip
    possible = fits(p, cost.shape[1], named)
    if not isinstance(answer, Answer):
        best = median_cases.by_hand(cost, weights, p, **named, cutoff=cutoff) if possible else np.inf
        hold(answer, best, refused=not possible)
        return
    rate = -answer.details["kappa"]
    near_enough = np.where(cost <= cutoff, cost, np.inf)
    near = (near_enough[:, sites].min(axis=1) for sites in choices(cost.shape[1], p, **named))
    best = min(equivalent(one, weights, rate) for one in near if np.isfinite(one).all())
    rounding = 1e-9 * best + (1e-12 / rate if rate else 0.0)
    assert answer.objective >= best - rounding
    assert answer.bound <= best + rounding
    if answer.status == "optimal":
        assert answer.objective <= 1.001 * 1e-6 * best + best + rounding


def equivalent(near, weights, rate):
    """As the definition says; without aversion the mean."""
    total = weights.sum()
    if rate == 0.0 or total == 0.0:
        return float(weights @ near) / max(total, 1e-300)
    counts = weights > 0.0  # a far client without weight would overflow, and 0 x inf is no number
    near, weights = near[counts], weights[counts]
    top = float(near.max())
    return top + float(np.log(weights @ np.exp(rate * (near - top)) / total)) / rate


NAMES = ["p_median", "p_center", "max_cover", "set_cover", "facility_location", "capacitated_p_median"]
ANY = st.one_of(
    st.floats(),
    st.integers(-3, 3),
    st.none(),
    st.text(max_size=2),
    st.booleans(),
    st.lists(st.floats(), max_size=3),
)


@FEW
@given(
    st.sampled_from(NAMES),
    st.lists(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=0, max_size=3), max_size=3),
    st.dictionaries(
        st.sampled_from(
            ["weights", "p", "radius", "capacity", "demand", "fixed_cost", "cutoff", "gap", "seed"]
        ),
        ANY,
    ),
)
def test_nonsense_is_refused_with_an_error_of_our_own(name, cost, options):
    needed = {
        "max_cover": {"radius": 1.0, "p": 1},
        "set_cover": {"radius": 1.0},
        "capacitated_p_median": {"capacity": 1.0},
    }
    known = getattr(location, name).__code__.co_varnames
    given_options = {option: value for option, value in options.items() if option in known}
    try:
        answer = getattr(location, name)(cost, **{**needed.get(name, {}), **given_options})
    except AllocError:
        return
    assert answer.gap >= 0.0


@FEW
@given(questions(), st.permutations(IDS), st.permutations(IDS))
def test_ids_of_any_kind_come_back(question, clients, sites):
    import pandas as pd

    cost, weights, p, _, _, _, _ = question
    frame = pd.DataFrame(cost, index=pd.Index(clients[: len(cost)], tupleize_cols=False))
    frame.columns = pd.Index(sites[: cost.shape[1]], tupleize_cols=False)
    try:
        answer = location.p_median(frame, weights, p)
    except Infeasible:
        return
    assert set(answer.sites) <= set(frame.columns)
    assert list(answer.assignment) == list(frame.index)
