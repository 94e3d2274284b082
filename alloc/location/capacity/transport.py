"""The cheapest flows from given open sites to all clients: the transport problem, and its clean answer."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array

from alloc.location.capacity.problem import CapacityProblem
from alloc.location.covering.proof import scale_for
from alloc.location.pairs import Index, Mask, Values
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import SolverOptions
from alloc.solver.standard import StandardForm

_SECONDS = 600.0
_LARGEST_DEMAND = 1000.0
_FEW_PAIRS = 10_000
_FIRST_PAIRS = 8
_ASKED = 1e-7
_NOTHING = 1e-11
"""Share of a client below which a flow is what the LP's rounding left."""


def transport(problem: CapacityProblem, is_open: Mask, seconds: float = _SECONDS) -> Values | None:
    """Each pair's share of its client, cheapest in all; None where the open sites cannot serve everyone.

    Loads are within `CAPACITY_SLACK` of the capacities, and shares add up to 1 exactly but for rounding.
    """
    pairs = problem.pairs
    usable = np.flatnonzero(is_open[pairs.site])
    nearest = nearest_shares(problem, usable)
    if nearest is None:
        return None
    if not problem.overfull(nearest).any():
        return nearest
    moving = usable[problem.demand[pairs.client[usable]] > 0]
    share = np.where(problem.demand[pairs.client] > 0, 0.0, nearest)
    flows = _cheapest_flows(problem, moving, np.flatnonzero(is_open), seconds)
    if flows is None:
        return None
    share[moving] = flows
    return cleaned(problem, share, usable)


def _cheapest_flows(problem: CapacityProblem, moving: Index, sites: Index, seconds: float) -> Values | None:
    """Shares of pairs; of many pairs each client's cheapest first, then those that the prices ask for."""
    client = problem.pairs.client[moving]
    if len(moving) <= _FEW_PAIRS:
        return _solved(problem, moving, sites, seconds)[0]
    first = np.searchsorted(client, np.arange(problem.n_clients))
    rank, most = np.arange(len(moving)) - first[client], _FIRST_PAIRS
    listed = rank < most
    while True:
        part, wanted = _solved(problem, moving[listed], sites, seconds, moving)
        if part is None and listed.all():
            return None
        if part is None:
            most *= 4
            listed = listed | (rank < most)
            continue
        missing = wanted & ~listed
        if not missing.any():
            flows = np.zeros(len(moving))
            flows[listed] = part
            return flows
        listed = listed | missing


def _solved(
    problem: CapacityProblem, moving: Index, sites: Index, seconds: float, among: Index | None = None
) -> tuple[Values | None, Mask]:
    """Shares by the LP, and which of the pairs ``among`` its prices ask for."""
    pairs, asked = problem.pairs, np.zeros(0 if among is None else len(among), dtype=bool)
    form, cost, scale = _form(problem, moving, sites)
    with HighsSession(form) as session:
        outcome = session.minimise(cost, options=SolverOptions(time_limit_s=seconds, threads=1))
    if outcome.values is None or outcome.status != "optimal":
        return None, asked
    if among is not None and outcome.row_duals is not None:
        price, room = outcome.row_duals[: problem.n_clients], np.zeros(problem.n_sites)
        room[sites] = outcome.row_duals[problem.n_clients :]
        client = pairs.client[among]
        asked = (
            pairs.cost[among] / form.row_lower[client] * scale
            < price[client] + room[pairs.site[among]] - _ASKED
        )
    return outcome.values / form.row_lower[pairs.client[moving]], asked


def nearest_shares(problem: CapacityProblem, usable: Index) -> Values | None:
    """Every client at the cheapest of its usable pairs, whatever sites hold; None where one has none."""
    clients, first = np.unique(problem.pairs.client[usable], return_index=True)
    if len(clients) < problem.n_clients:
        return None
    share = np.zeros(problem.pairs.n_pairs)
    share[usable[first]] = 1.0
    return share


def _form(problem: CapacityProblem, moving: Index, sites: Index) -> tuple[StandardForm, Values, float]:
    """Flows in units of demand (scaled): a row a client, a row an open site. A pure network, hence exact."""
    pairs = problem.pairs
    scale = _LARGEST_DEMAND / float(problem.demand.max())
    place = np.full(problem.n_sites, -1, dtype=np.int64)
    place[sites] = problem.n_clients + np.arange(len(sites))
    column = np.arange(len(moving))
    row = np.concatenate([pairs.client[moving], place[pairs.site[moving]]])
    cells = (np.ones(2 * len(moving)), (row, np.tile(column, 2)))
    n_rows = problem.n_clients + len(sites)
    need = problem.demand * scale
    per_unit = pairs.cost[moving] / need[pairs.client[moving]]
    form = StandardForm(
        A=coo_array(cells, shape=(n_rows, len(moving))).tocsc(),
        row_lower=np.concatenate([need, np.full(len(sites), -np.inf)]),
        row_upper=np.concatenate([need, problem.capacity[sites] * scale]),
        col_lower=np.zeros(len(moving)),
        col_upper=np.full(len(moving), np.inf),
        integrality=np.zeros(len(moving), dtype=np.uint8),
        objectives={},
    )
    factor = scale_for(per_unit)
    return form, per_unit * factor, factor


def cleaned(problem: CapacityProblem, share: Values, usable: Index) -> Values | None:
    """Shares without dust that add up to 1; what overfills a site by rounding goes elsewhere, or None."""
    pairs = problem.pairs
    share = np.where(share > _NOTHING, share, 0.0)
    total = np.bincount(pairs.client, share, minlength=problem.n_clients)
    if (total <= 0.5).any():
        return None
    share = share / total[pairs.client]
    for site in np.flatnonzero(problem.overfull(share)):
        _push_out(problem, share, usable, int(site))
    return None if problem.overfull(share).any() else share


def _push_out(problem: CapacityProblem, share: Values, usable: Index, site: int) -> None:
    """Move what is too much at a site along other usable pairs of its clients, cheapest first."""
    pairs = problem.pairs
    room = problem.capacity - problem.loads(share)
    mine = usable[(pairs.site[usable] == site) & (share[usable] > 0)]
    at = np.full(problem.n_clients, -1, dtype=np.int64)
    at[pairs.client[mine]] = mine
    others = usable[(at[pairs.client[usable]] >= 0) & (room[pairs.site[usable]] > 0)]
    dearer = pairs.cost[others] - pairs.cost[at[pairs.client[others]]]
    need = problem.demand[pairs.client[others]]
    for k in np.argsort(dearer / need, kind="stable"):
        pair, here, target = others[k], at[pairs.client[others[k]]], pairs.site[others[k]]
        moved = min(-room[site], room[target], share[here] * need[k])
        if room[site] >= 0:
            return
        share[pair] += moved / need[k]
        share[here] -= moved / need[k]
        room[site] += moved
        room[target] -= moved
