"""Costs along roads: one-way streets, parallel and free edges, cutoffs; what is no road is named."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import coo_array, csr_array

from alloc.errors import DataError, UsageError
from alloc.location import p_median
from alloc.location.roads import along_roads


def town():
    """Two villages, a clinic and a one-way street between them, as osmnx would have it."""
    roads = nx.MultiDiGraph()
    roads.add_edge("Wukang", "clinic", minutes=12.0)
    roads.add_edge("Wukang", "clinic", minutes=9.0)  # parallel: the faster one counts
    roads.add_edge("clinic", "Xinshi", minutes=4.0)  # one way
    roads.add_edge("Xinshi", "Wukang", minutes=0.0)  # free, and a road all the same
    roads.add_node("island")
    return roads


def full(costs):
    return costs.to_sites(np.arange(len(costs.site_ids))).tolist()


def test_one_way_from_client_to_site():
    costs = along_roads(town(), ["Wukang", "Xinshi", "island"], ["clinic", "Xinshi"])
    assert full(costs) == [[9, 13], [9, 0], [np.inf, np.inf]]
    assert list(costs.client_ids) == ["Wukang", "Xinshi", "island"]


def test_ids_of_their_own_and_several_clients_at_a_node():
    clients = pd.Series({"042010": "Wukang", "042011": "Wukang"})
    costs = along_roads(town(), clients, {"C1": "clinic"})
    answer = p_median(costs, p=1)
    assert answer.assignment == {"042010": "C1", "042011": "C1"}
    assert answer.objective == 18


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("directed", [False, True])
def test_agrees_with_networkx(seed, directed):
    random = np.random.default_rng(seed)
    roads = nx.gnp_random_graph(15, 0.15, seed=seed, directed=directed)
    for one, other in roads.edges:
        roads.edges[one, other]["km"] = float(random.integers(0, 5))
    clients, sites = random.permutation(15)[:6].tolist(), random.permutation(15)[:5].tolist()
    cutoff = None if seed % 2 else 6.0
    costs = along_roads(roads, clients, sites, weight="km", cutoff=cutoff)
    lengths = dict(nx.all_pairs_dijkstra_path_length(roads, weight="km"))
    expected = np.array([[lengths[client].get(site, np.inf) for site in sites] for client in clients])
    expected[expected > (np.inf if cutoff is None else cutoff)] = np.inf
    assert full(costs) == expected.tolist()
    matrix = nx.to_scipy_sparse_array(roads, weight="km", format="coo")
    pairs = [(one, other, data["km"]) for one, other, data in roads.edges(data=True)]
    if not directed:
        pairs += [(other, one, km) for one, other, km in pairs if one != other]
    if pairs:
        rows, columns, km = zip(*pairs, strict=True)
        matrix = coo_array((km, (rows, columns)), shape=(15, 15))
        assert full(along_roads(matrix, clients, sites, cutoff=cutoff)) == expected.tolist()


def test_nodes_of_a_matrix_by_their_ids():
    matrix = csr_array(([3.0], ([0], [1])), shape=(2, 2))
    assert full(along_roads(matrix, ["a"], ["b", "a"], node_ids=["a", "b"])) == [[3, 0]]


def test_every_fault_at_once():
    roads = nx.Graph()
    roads.add_edge("a", "b", minutes=-1)
    roads.add_edge("b", "c", length=5)
    roads.add_edge("c", "d", minutes="5 min")
    with pytest.raises(DataError) as error:
        along_roads(roads, ["a", "x"], ["b", "b"])
    rules = [fault.rule.removeprefix("location.") for fault in error.value.faults]
    assert sorted(rules) == sorted(
        ["edge_without_weight", "not_a_number_edge", "negative_edge", "unknown_node", "id_twice_site"]
    )
    assert "location." not in error.value.message("zh")


@pytest.mark.parametrize(
    ("graph", "clients", "options"),
    [
        ([[0, 1], [1, 0]], [0], {}),
        (csr_array((2, 3)), [0], {}),
        (csr_array((2, 2)), [0], {"node_ids": ["a"]}),
        (csr_array((2, 2)), [], {}),
        (csr_array((2, 2)), [0], {"cutoff": -1}),
        (town(), "Wukang", {}),
    ],
)
def test_nonsense_is_a_usage_error(graph, clients, options):
    with pytest.raises(UsageError) as error:
        along_roads(graph, clients, [0] if not isinstance(graph, nx.Graph) else ["clinic"], **options)
    assert error.value.message("zh") != error.value.message("en")
