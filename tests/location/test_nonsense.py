"""Whatever is handed in: an answer that is true, or one of alloc's own errors, told in both languages."""

import inspect
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alloc import location
from alloc.errors import AllocError

KM = np.array([[1.0, 2.0, 3.0], [4.0, 0.0, 1.0], [2.0, 2.0, 2.0]])
QUESTIONS = {
    "p_median": {"p": 1},
    "p_center": {"p": 1},
    "set_cover": {"radius": 2.0},
    "max_cover": {"radius": 1.0, "p": 1},
    "facility_location": {"fixed_cost": 1.0, "capacity": 5.0},
    "capacitated_p_median": {"p": 1, "capacity": 9.0},
    "p_dispersion": {"p": 2},
}
ODD = [
    None, True, "a", "1", b"x", np.nan, np.inf, -1, 0, 1.5, 2, 10**9, 1j, [], {}, object(), np.float32(1),
    np.int64(2), [1, 2], [np.nan] * 3, [1, 2, "3"], {"a": 1}, {0: 1, 1: 1, 2: 1}, np.ones((3, 3)),
    pd.Series([1, 2, 3]),
]  # fmt: skip
ODD_COSTS = [
    *ODD, KM.tolist(), KM.astype(object), KM.astype(complex), KM > 1, np.full((3, 3), np.inf),
    np.zeros((3, 3)),
    np.zeros((0, 3)), [[]], np.full((3, 3), np.nan), pd.DataFrame(KM, index=list("aab"), columns=list("xyz")),
    pd.DataFrame(KM).astype(str),
]  # fmt: skip
OPTIONS = [
    "weights", "demand", "capacity", "fixed_cost", "p", "radius", "existing", "required", "prohibited",
    "cutoff", "max_distance", "time_limit_s", "gap", "seed", "share", "backup", "radius_partial",
    "partial_share",
]  # fmt: skip


def asked(name, cost, **options):
    """Ask; an error of alloc's own has a text in each language."""
    try:
        getattr(location, name)(cost, **{**QUESTIONS[name], **options})
    except AllocError as error:
        told(error)


def told(error):
    """The error says what is wrong, and has no label without a text."""
    texts = error.message("zh"), error.message("en")
    assert texts[0] != texts[1]
    assert not any("location." in text for text in texts)


@pytest.mark.parametrize("name", QUESTIONS)
def test_odd_options(name):
    known = inspect.signature(getattr(location, name)).parameters
    for option, value in itertools.product([one for one in OPTIONS if one in known], ODD):
        asked(name, KM, **{option: value})


@pytest.mark.parametrize("name", QUESTIONS)
def test_odd_costs(name):
    for cost in ODD_COSTS:
        asked(name, cost)


sensible = st.one_of(st.integers(0, 4), st.integers(0, 10**6).map(lambda n: n / 1000), st.just(10.0**6))
numbers = st.one_of(sensible, sensible, st.sampled_from([np.inf, np.inf, np.nan, -1.0, 1e300]))
few = st.lists(st.integers(-1, 4), max_size=3)


@settings(max_examples=max(150, settings.default.max_examples), deadline=None)
@given(
    cost=st.lists(st.lists(numbers, min_size=3, max_size=3), min_size=1, max_size=4),
    weights=st.one_of(st.none(), st.lists(numbers, min_size=1, max_size=4)),
    p=st.integers(-1, 4),
    existing=few,
    required=few,
    prohibited=few,
    cutoff=st.one_of(st.none(), numbers),
)
def test_p_median_is_right_or_says_why_not(cost, weights, p, existing, required, prohibited, cutoff):
    states = {"existing": existing, "required": required, "prohibited": prohibited}
    try:
        answer = location.p_median(cost, weights, p, **states, cutoff=cutoff)
    except AllocError as error:
        told(error)
        return
    matrix = np.array(cost, dtype=float)
    matrix[matrix > (np.inf if cutoff is None else cutoff)] = np.inf
    weight = np.ones(len(matrix)) if weights is None else np.array(weights, dtype=float)
    free = [site for site in range(3) if site not in (*existing, *required, *prohibited)]
    values = []
    for more in itertools.combinations(free, p - len(required)):
        near = matrix[:, [*existing, *required, *more]].min(axis=1)
        values.append(float(weight @ near) if np.isfinite(near).all() else np.inf)
    best = min(values)
    assert answer.objective >= best * (1 - 1e-9)
    assert answer.bound <= best * (1 + 1e-9) + 1e-9
    if answer.holding == "proven":
        assert answer.objective == pytest.approx(best, rel=2e-6, abs=1e-8)
