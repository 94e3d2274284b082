"""Small instances with answers known by enumeration, and one that HiGHS cannot finish in a second."""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
import pytest
import scipy.sparse as sp

from alloc.solver.standard import StandardForm


def make_form(
    rows: Sequence[Sequence[float]],
    lower: Sequence[float],
    upper: Sequence[float],
    *,
    col_upper: Sequence[float],
    integer: Sequence[int],
    goals: dict[str, tuple[Sequence[float], float]],
    families: Sequence[str] | None = None,
) -> StandardForm:
    matrix = np.array(rows, dtype=float).reshape(len(lower), len(col_upper))
    return StandardForm(
        A=sp.csc_array(matrix),
        row_lower=np.array(lower, dtype=float),
        row_upper=np.array(upper, dtype=float),
        col_lower=np.zeros(len(col_upper)),
        col_upper=np.array(col_upper, dtype=float),
        integrality=np.array(integer, dtype=np.uint8),
        objectives={
            name: (np.array(cost, dtype=float), constant) for name, (cost, constant) in goals.items()
        },
        row_names=[f"row[{number}]" for number in range(len(lower))],
        row_families=families or ["row"] * len(lower),
    )


def make_random_form(seed: int, *, n_goals: int = 1) -> StandardForm:
    """Five whole columns 0..3, four rows (<=, >=, ==, two-sided), goals with a constant."""
    draw = np.random.default_rng(seed)
    matrix = draw.integers(-4, 6, (4, 5))
    inside = matrix @ draw.integers(0, 4, 5)
    off = draw.integers(0, 3, 4)
    lower = np.array([-np.inf, inside[1] - off[1], inside[2], inside[3] - off[3]], dtype=float)
    upper = np.array([inside[0] + off[0], np.inf, inside[2], inside[3] + 1], dtype=float)
    if seed % 7 == 0:
        upper[0] = -100.0  # no solution
    goals = {f"goal{number}": (draw.integers(-9, 10, 5), float(number)) for number in range(n_goals)}
    return make_form(matrix, lower, upper, col_upper=[3] * 5, integer=[1] * 5, goals=goals)


def all_solutions(form: StandardForm) -> np.ndarray:
    """Every feasible point of a form whose columns are whole numbers from 0 up."""
    points = np.array(list(product(*(range(int(high) + 1) for high in form.col_upper))), dtype=float)
    activity = points @ form.A.toarray().T
    good = (activity >= form.row_lower - 1e-9).all(axis=1) & (activity <= form.row_upper + 1e-9).all(axis=1)
    return points[good]


def make_hard_form(n_agents: int = 20, n_jobs: int = 100) -> StandardForm:
    """A generalised assignment problem of type D (costs run against resource use): open for many minutes."""
    draw = np.random.default_rng(0)
    use = draw.integers(1, 100, (n_agents, n_jobs))
    cost = 111 - use + draw.integers(-10, 10, (n_agents, n_jobs))
    room = np.floor(0.8 * use.sum(axis=1) / n_agents)
    n_columns = n_agents * n_jobs
    column = np.arange(n_columns)
    once = sp.csc_array((np.ones(n_columns), (np.tile(np.arange(n_jobs), n_agents), column)))
    within = sp.csc_array((use.ravel().astype(float), (np.repeat(np.arange(n_agents), n_jobs), column)))
    return StandardForm(
        A=sp.csc_array(sp.vstack([once, within])),
        row_lower=np.concatenate([np.ones(n_jobs), np.full(n_agents, -np.inf)]),
        row_upper=np.concatenate([np.ones(n_jobs), room]),
        col_lower=np.zeros(n_columns),
        col_upper=np.ones(n_columns),
        integrality=np.ones(n_columns, dtype=np.uint8),
        objectives={
            "cost": (cost.ravel().astype(float), 0.0),
            "moves": (draw.integers(1, 30, n_columns).astype(float), 7.0),
        },
    )


@pytest.fixture(scope="session")
def form_of() -> Callable[..., StandardForm]:
    return make_form


@pytest.fixture(scope="session")
def random_form() -> Callable[..., StandardForm]:
    return make_random_form


@pytest.fixture(scope="session")
def solutions_of() -> Callable[[StandardForm], np.ndarray]:
    return all_solutions


@pytest.fixture(scope="session")
def hard_form() -> StandardForm:
    return make_hard_form()
