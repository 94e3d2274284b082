"""Costs along a road network: shortest ways from every client to every site.

Dijkstra's method (1959, doi:10.1007/BF01386390) as in ``scipy.sparse.csgraph``, from the sites backwards,
some of them at a time, and with the cutoff as its limit. A graph is known by its methods: networkx is not
imported.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from scipy.sparse import coo_array, csr_array, issparse

from alloc.location.costs import Costs, Ids, MatrixCosts, SparseCosts
from alloc.location.pairs import Index, Values
from alloc.location.read_numbers import Place, as_floats, check_bounds, check_ids, ids_of
from alloc.location.read_options import check_number
from alloc.location.refusals import FaultList, usage

_CHUNK_CELLS: Final = 4_000_000
_MOST_CELLS: Final = 400_000_000


def along_roads(
    graph: Any,
    clients: Any,
    sites: Any,
    *,
    weight: str = "minutes",
    cutoff: float | None = None,
    node_ids: Sequence[Hashable] | None = None,
) -> Costs:
    """Costs of the cheapest way from client to site, one-way roads obeyed; without one: not admissible.

    Args:
        graph: A Graph, DiGraph or either Multi form of networkx (osmnx's too: of parallel edges the cheapest
            counts), or a sparse matrix with the cost of the edge from row to column, where what is stored is
            an edge, a stored 0 too.
        clients, sites: Nodes: a list of them, which are then the ids, or a mapping or Series of id -> node.
        weight: Attribute of the edges that is added up; of no meaning for a sparse matrix.
        cutoff: Ways that cost more are not sought, and costs are kept sparse.
        node_ids: Of a sparse matrix, the nodes by their ids; numbers from 0 where not given.

    Raises DataError (edges without cost, negative ones, nodes that are not in the graph), UsageError.
    """
    if cutoff is not None:
        check_number(cutoff, "cutoff")
    faults = FaultList()
    backward, nodes = _backward(graph, weight, node_ids, faults)
    place = {node: number for number, node in enumerate(nodes)}
    client_ids, client_nodes = _nodes_of(clients, "clients", place, faults)
    site_ids, site_nodes = _nodes_of(sites, "sites", place, faults)
    faults.raise_any()
    if not len(client_ids) or not len(site_ids):
        raise usage("empty", clients=len(client_ids), sites=len(site_ids))
    limit = np.inf if cutoff is None else float(cutoff)
    found = _shortest(backward, site_nodes, client_nodes, limit)
    shape = len(client_ids), len(site_ids)
    if cutoff is not None:
        return SparseCosts(_sparse(found, shape), client_ids, site_ids)
    if shape[0] * shape[1] > _MOST_CELLS:
        raise usage("too_large", clients=shape[0], sites=shape[1])
    matrix = np.empty(shape)
    for begin, part in found:
        matrix[:, begin : begin + part.shape[1]] = part
    return MatrixCosts(matrix, client_ids, site_ids)


def _backward(
    graph: Any, weight: str, node_ids: Sequence[Hashable] | None, faults: FaultList
) -> tuple[csr_array, list[Hashable]]:
    """Edges from head to tail, as csgraph takes them, and the nodes in their order."""
    if issparse(graph):
        tail, head, cost, nodes = _of_matrix(graph, node_ids, faults)
    elif callable(getattr(graph, "edges", None)) and callable(getattr(graph, "is_directed", None)):
        tail, head, cost, nodes = _of_graph(graph, weight, faults)
    else:
        raise usage("not_a_graph", kind=type(graph).__name__)
    # Of parallel edges the cheapest; a matrix made of all would add them up.
    order = np.lexsort((cost, tail, head))
    tail, head, cost = tail[order], head[order], cost[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    shape = len(nodes), len(nodes)
    return csr_array((cost[first], (head[first], tail[first])), shape=shape), nodes


def _of_graph(graph: Any, weight: str, faults: FaultList) -> tuple[Index, Index, Values, list[Hashable]]:
    nodes = list(graph.nodes)
    place = {node: number for number, node in enumerate(nodes)}
    edges = list(graph.edges(data=True))
    absent = [(one, other) for one, other, data in edges if weight not in data]
    found = ({"id": f"{one} - {other}", "weight": weight} for one, other in absent)
    faults.add_all("edge_without_weight", "graph", found, len(absent))
    name = Place("edge", lambda at: f"{edges[at[0]][0]} - {edges[at[0]][1]}")
    cost = as_floats([data.get(weight, 0.0) for _, _, data in edges], 1, "graph", name, faults)
    check_bounds(cost, "graph", name, faults)
    tail = np.array([place[one] for one, _, _ in edges], dtype=np.int64)
    head = np.array([place[other] for _, other, _ in edges], dtype=np.int64)
    if not graph.is_directed():
        tail, head = np.concatenate([tail, head]), np.concatenate([head, tail])
        cost = np.concatenate([cost, cost])
    return tail, head, cost, nodes


def _of_matrix(
    graph: Any, node_ids: Sequence[Hashable] | None, faults: FaultList
) -> tuple[Index, Index, Values, list[Hashable]]:
    if graph.format in ("bsr", "dia"):
        raise usage("sparse_format", format=graph.format)
    matrix = coo_array(graph)
    n = matrix.shape[0]
    if matrix.ndim != 2 or matrix.shape[1] != n:
        raise usage("not_square", shape=matrix.shape)
    nodes: list[Hashable] = [*range(n)] if node_ids is None else list(node_ids)
    if len(nodes) != n:
        raise usage("nodes_needed", n=n)
    check_ids(ids_of(nodes), "node", "node_ids", faults)
    tail, head = (part.astype(np.int64) for part in matrix.coords)
    name = Place("edge", lambda at: f"{nodes[tail[at[0]]]} - {nodes[head[at[0]]]}")
    cost = as_floats(matrix.data, 1, "graph", name, faults)
    check_bounds(cost, "graph", name, faults)
    return tail, head, cost, nodes


def _nodes_of(given: Any, name: str, place: Mapping[Hashable, int], faults: FaultList) -> tuple[Ids, Index]:
    """Ids, and the numbers of their nodes."""
    if hasattr(given, "index") and hasattr(given, "to_numpy"):
        ids, nodes = list(given.index), list(given.to_numpy())
    elif isinstance(given, Mapping):
        ids, nodes = list(given), list(given.values())
    elif isinstance(given, (str, bytes)):
        raise usage("not_a_list", name=name, value=given)
    else:
        ids = nodes = list(given)
    check_ids(ids_of(ids), name.removesuffix("s"), name, faults)
    unknown = [node for node in nodes if not isinstance(node, Hashable) or node not in place]
    faults.add_all("unknown_node", name, ({"value": node} for node in unknown), len(unknown))
    known = [place.get(node, 0) if isinstance(node, Hashable) else 0 for node in nodes]
    return ids_of(ids), np.array(known, dtype=np.int64)


def _shortest(
    backward: csr_array, sites: Index, clients: Index, limit: float
) -> Iterator[tuple[int, Values]]:
    """Costs to some sites at a time: where these begin, and (n_clients, some)."""
    from scipy.sparse.csgraph import dijkstra

    ends, column = np.unique(sites, return_inverse=True)
    step = max(1, _CHUNK_CELLS // max(1, backward.shape[0]))
    for begin in range(0, len(sites), step):
        part = column[begin : begin + step]
        used, again = np.unique(part, return_inverse=True)
        reached: Values = dijkstra(backward, directed=True, indices=ends[used], limit=limit)
        yield begin, reached[:, clients].T[:, again]


def _sparse(found: Iterator[tuple[int, Values]], shape: tuple[int, int]) -> csr_array:
    client, site, cost = [], [], []
    for begin, part in found:
        rows, columns = np.nonzero(np.isfinite(part))
        client.append(rows)
        site.append(columns + begin)
        cost.append(part[rows, columns])
    where = np.concatenate(client), np.concatenate(site)
    return csr_array((np.concatenate(cost), where), shape=shape)
