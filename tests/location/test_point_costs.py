"""Costs by coordinates are those of the dense matrix, pair by pair and tie by tie."""

import numpy as np
import pytest

from alloc.load.sphere import Points, haversine_km
from alloc.location.costs import MatrixCosts
from alloc.location.metrics import METRICS, metric_of
from alloc.location.point_costs import PointCosts


def ids(n):
    return np.array(range(n), dtype=object)


def question(seed):
    """Points (some on a grid, some at the same spot), a metric and a cutoff; and the dense matrix."""
    random = np.random.default_rng(seed)
    n_clients, n_sites = random.integers(1, 40), random.integers(1, 120)

    def points(n):
        if seed % 5 == 0:
            return random.integers(0, 6, (n, 2)).astype(float)
        return np.column_stack((random.uniform(118, 121, n), random.uniform(28, 31, n)))

    clients, sites = points(n_clients), points(n_sites)
    if seed % 7 == 0:
        sites[-1], clients[0] = sites[0], sites[0]
    metric = metric_of(METRICS[seed % len(METRICS)], 1.3, rounded_down=seed % 3 == 0)
    matrix = metric.cost(metric.place(clients)[:, None, :], metric.place(sites)[None, :, :])
    cutoff = np.inf if seed % 2 else float(np.median(matrix))
    costs = PointCosts(clients, sites, ids(n_clients), ids(n_sites), metric, cutoff)
    return costs, np.where(matrix <= cutoff, matrix, np.inf)


def by_hand(matrix, radius, k):
    """Each client's k first sites within a radius: cheapest first, ties by number."""
    order = np.argsort(matrix, axis=1, kind="stable")
    sorted_costs = np.take_along_axis(matrix, order, axis=1)
    keep = (sorted_costs <= radius) & np.isfinite(sorted_costs) & (np.arange(matrix.shape[1]) < k)
    return keep.sum(axis=1), order[keep], sorted_costs[keep]


@pytest.mark.parametrize("seed", range(120))
def test_lists_are_those_of_the_dense_matrix(seed):
    costs, matrix = question(seed)
    n_sites = matrix.shape[1]
    finite = matrix[np.isfinite(matrix)]
    radii = (0.0, *np.quantile(finite, (0.02, 0.3)), np.inf)
    asked = [(costs.within(radius), radius, n_sites) for radius in radii]
    asked += [(costs.nearest(k), np.inf, k) for k in (1, 2, 5, n_sites // 2 + 1, n_sites)]
    for pairs, radius, k in asked:
        count, site, cost = by_hand(matrix, radius, k)
        assert np.diff(pairs.start).tolist() == count.tolist()
        assert pairs.site.tolist() == site.tolist()
        assert pairs.cost.tolist() == cost.tolist()
        following = np.full(len(matrix), np.inf) if k >= n_sites else np.sort(matrix, axis=1)[:, k]
        assert pairs.beyond.tolist() == following.tolist()
    assert costs.to_sites(np.arange(n_sites)).tolist() == matrix.tolist()
    some = np.arange(len(matrix))[:: seed % 3 + 1]
    other = np.arange(n_sites)[:: seed % 2 + 1]
    assert costs.block(some, other).tolist() == matrix[np.ix_(some, other)].tolist()
    assert (
        MatrixCosts(matrix, ids(len(matrix)), ids(n_sites)).within(1e9).site.tolist()
        == asked[3][0].site.tolist()
    )


def test_the_great_circle_is_the_haversine():
    random = np.random.default_rng(1)
    clients = np.column_stack((random.uniform(-180, 180, 50), random.uniform(-90, 90, 50)))
    sites = np.vstack((clients[:25] + 1e-5, np.column_stack((random.uniform(-180, 180, 25), np.zeros(25)))))
    sites[:, 1] = np.clip(sites[:, 1], -90, 90)
    costs = PointCosts(clients, sites, ids(50), ids(50), metric_of("great_circle_km"))
    km = haversine_km(Points(clients[:, :1], clients[:, 1:]), Points(sites[:, 0], sites[:, 1]))
    np.testing.assert_allclose(costs.to_sites(np.arange(50)), km, rtol=1e-9, atol=1e-8)


def test_the_seam_at_180_degrees_is_none():
    fiji = PointCosts(np.array([[179.9, -17.0]]), np.array([[-179.9, -17.0], [178.0, -17.0]]), ids(1), ids(2),
                      metric_of("great_circle_km"))  # fmt: skip
    assert fiji.nearest(1).site.tolist() == [0]
    assert fiji.within(30.0).site.tolist() == [0]


def test_no_full_matrix_is_held():
    """20,000 x 20,000 would be 3.2 GB: the nearest are found without it."""
    random = np.random.default_rng(0)
    costs = PointCosts(random.random((20_000, 2)), random.random((20_000, 2)), ids(20_000), ids(20_000),
                       metric_of("euclidean"))  # fmt: skip
    pairs = costs.nearest(5)
    assert pairs.n_pairs == 100_000
    assert (pairs.cost <= pairs.beyond[pairs.client]).all()
