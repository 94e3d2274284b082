"""What callers hand in: read by id, or refused with every fault named."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import bsr_array, coo_array, csr_array, lil_array

from alloc.errors import DataError, Infeasible, UsageError
from alloc.location.inputs import client_numbers, read_siting, require_reachable, site_numbers
from alloc.location.read_costs import read_costs

TOWNS, CLINICS = ["Wukang", "Moganshan", "Xinshi"], ["042010", "042011"]
KM = pd.DataFrame([[0.0, 12.5], [18.0, 30.0], [np.inf, 4.0]], index=TOWNS, columns=CLINICS)


def faults(error):
    """Rule, value and parameters of each fault."""
    return [
        (fault.rule.removeprefix("location."), fault.value, dict(fault.params))
        for fault in error.value.faults
    ]


def test_a_table_brings_its_ids():
    siting = read_siting(KM, {"Xinshi": 3, "Wukang": 1, "Moganshan": 2}, existing=["042011"])
    assert list(siting.costs.client_ids) == TOWNS
    assert list(siting.costs.site_ids) == CLINICS
    assert siting.weights.tolist() == [1.0, 2.0, 3.0]
    assert siting.existing.tolist() == [False, True]
    assert siting.costs.within(np.inf).n_pairs == 5  # infinity: not admissible


@pytest.mark.parametrize(
    "cost",
    [
        [[0, 3], [4, 5]],
        np.array([[0, 3], [4, 5]], dtype=np.float32),
        np.array([[0, 3], [4, 5]], dtype=object),
        pd.DataFrame([[0, 3], [4, 5]], dtype="Int64"),
        csr_array(([0, 3, 4, 5], ([0, 0, 1, 1], [0, 1, 0, 1])), shape=(2, 2)),
        coo_array(([5, 4, 3, 0], ([1, 1, 0, 0], [1, 0, 1, 0])), shape=(2, 2)),
    ],
    ids=["lists", "float32", "objects", "nullable", "csr", "coo"],
)
def test_the_same_costs_in_many_dresses(cost):
    costs = read_costs(cost)
    assert costs.to_sites(np.array([0, 1])).tolist() == [[0.0, 3.0], [4.0, 5.0]]
    assert list(costs.client_ids) == [0, 1]


def test_what_a_sparse_matrix_does_not_store_is_not_admissible():
    costs = read_costs(csr_array(([0.0, 7.0], ([0, 1], [0, 1])), shape=(2, 2)))
    assert costs.to_sites(np.array([0, 1])).tolist() == [[0.0, np.inf], [np.inf, 7.0]]


def test_every_fault_at_once_by_id():
    cost = KM.copy()
    cost.loc["Wukang", "042010"] = np.nan
    cost.loc["Xinshi", "042011"] = -4.0
    with pytest.raises(DataError) as error:
        read_siting(cost, {"Wukang": 1.0, "Moganshan": -2.0, "Leidian": 5.0}, required=["42010"])
    assert faults(error) == [
        ("missing_pair", None, {"id": "Wukang - 042010"}),
        ("negative_pair", "-4", {"id": "Xinshi - 042011"}),
        ("unknown_site", "42010", {}),
        ("absent_client", None, {"id": "Xinshi"}),
        ("unknown_client", "Leidian", {}),
        ("negative_client", "-2", {"id": "Moganshan"}),
    ]
    for lang in ("en", "zh"):
        assert "Wukang - 042010" in error.value.message(lang)
        assert "location." not in error.value.message(lang)  # every fault has its text


def test_many_faults_are_counted_and_none_is_lost():
    with pytest.raises(DataError) as error:
        read_costs(np.full((5, 9), np.nan))
    assert len(error.value.faults) == 21
    assert faults(error)[20] == ("more", None, {"n": "25"})


@pytest.mark.parametrize("cell", ["12", "far", True, b"1", object(), 1j])
def test_what_is_no_number_is_named(cell):
    with pytest.raises(DataError) as error:
        read_costs(pd.DataFrame([[cell, 1.0]], index=["a"], columns=["x", "y"], dtype=object))
    assert faults(error) == [("not_a_number_pair", str(cell), {"id": "a - x"})]


def test_one_text_among_numbers_is_the_only_fault():
    with pytest.raises(DataError) as error:
        read_costs([[1.0, "far"], [-2.0, 3]])
    assert faults(error) == [
        ("not_a_number_pair", "far", {"id": "0 - 1"}),
        ("negative_pair", "-2", {"id": "1 - 0"}),
    ]


@pytest.mark.parametrize("cell", [None, pd.NA, np.nan])
def test_what_is_missing_is_named(cell):
    with pytest.raises(DataError) as error:
        read_costs(pd.DataFrame([[cell, 1.0]], index=["a"], columns=["x", "y"], dtype=object))
    assert faults(error) == [("missing_pair", None, {"id": "a - x"})]


def test_ids_that_stand_there_twice_are_named():
    with pytest.raises(DataError) as error:
        read_costs(pd.DataFrame(np.ones((3, 3)), index=["a", "b", "a"], columns=["x", "x", "x"]))
    assert faults(error) == [("id_twice_client", "a", {}), ("id_twice_site", "x", {})]
    with pytest.raises(DataError) as error:
        read_costs(pd.DataFrame(np.ones((2, 1)), index=["a", None], columns=["x"]))
    assert [rule for rule, _, _ in faults(error)] == ["id_missing_client"]


def test_ids_may_be_tuples_and_text_is_no_number():
    index = pd.MultiIndex.from_tuples([("Deqing", 1), ("Deqing", 2)])
    costs = read_costs(pd.DataFrame(np.ones((2, 1)), index=index, columns=["7"]))
    assert list(costs.client_ids) == [("Deqing", 1), ("Deqing", 2)]
    with pytest.raises(DataError):
        read_siting(KM, existing=[42011])


def test_sites_in_two_lists_or_twice_in_one():
    with pytest.raises(DataError) as error:
        read_siting(np.ones((2, 4)), existing=[0, 1], required=[1, 2, 2], prohibited=[0, 9])
    assert faults(error) == [
        ("in_two_lists", "1", {"other": "existing"}),
        ("listed_twice", "2", {}),
        ("in_two_lists", "0", {"other": "existing"}),
        ("unknown_site", "9", {}),
    ]


def test_a_sparse_pair_stored_twice_is_not_added_up_in_silence():
    with pytest.raises(DataError) as error:
        read_costs(coo_array(([1.0, 2.0, 3.0], ([0, 0, 1], [1, 1, 0])), shape=(2, 2)))
    assert faults(error) == [("pair_twice", "0 - 1", {})]
    with pytest.raises(DataError) as error:
        read_costs(csr_array(([np.nan], ([1], [0])), shape=(2, 2)))
    assert faults(error) == [("missing_pair", None, {"id": "1 - 0"})]


@pytest.mark.parametrize(
    "call",
    [
        {"cost": [1.0, 2.0]},
        {"cost": [[1.0, 2.0], [3.0]]},
        {"cost": np.ones((2, 2, 2))},
        {"cost": 3.0},
        {"cost": np.ones((0, 3))},
        {"cost": np.ones((3, 0))},
        {"cost": bsr_array(np.eye(2))},
        {"cost": csr_array(np.eye(2, dtype=bool))},
        {"weights": [1.0]},
        {"weights": np.ones((2, 2))},
        {"weights": KM},
        {"weights": "residents"},
        {"existing": "042010"},
        {"existing": np.array([True, False])},
        {"required": 3},
        {"cutoff": -1.0},
        {"cutoff": np.nan},
        {"cutoff": "9"},
    ],
)
def test_nonsense_is_a_usage_error_in_both_languages(call):
    with pytest.raises(UsageError) as error:
        read_siting(**{"cost": np.ones((2, 2)), **call})
    assert error.value.message("zh") != error.value.message("en")


def test_zeros_of_a_list_of_lists_matrix_are_not_stored():
    matrix = lil_array((1, 2))
    matrix[0, 1] = 5.0
    assert read_costs(matrix).within(np.inf).n_pairs == 1


def test_numbers_of_sites_by_id_for_all_or_in_order():
    siting = read_siting(KM)
    assert site_numbers(siting, 5, "capacity").tolist() == [5.0, 5.0]
    assert site_numbers(siting, pd.Series([1, 2], index=CLINICS[::-1]), "capacity").tolist() == [2.0, 1.0]
    assert site_numbers(siting, [np.inf, 2], "capacity", infinite=True).tolist() == [np.inf, 2.0]
    with pytest.raises(DataError) as error:
        site_numbers(siting, {"042010": np.inf}, "capacity")
    assert faults(error) == [
        ("absent_site", None, {"id": "042011"}),
        ("infinite_site", "inf", {"id": "042010"}),
    ]
    assert client_numbers(siting, (1, 2, 3), "demand").tolist() == [1.0, 2.0, 3.0]


def test_who_reaches_nothing_is_named():
    require_reachable(read_siting(KM, prohibited=["042010"]))
    with pytest.raises(Infeasible, match="client Xinshi reaches no site"):
        require_reachable(read_siting(KM, prohibited=["042011"]))
    with pytest.raises(Infeasible, match="client Moganshan") as error:
        require_reachable(read_siting(KM, cutoff=17.0))
    assert "Moganshan" in error.value.message("zh")
    with pytest.raises(Infeasible, match="and 30 more clients"):
        require_reachable(read_siting(np.full((50, 3), np.inf)))


@pytest.mark.parametrize("seed", range(20))
def test_reachable_is_what_a_look_at_the_matrix_says(seed):
    random = np.random.default_rng(seed)
    cost = np.where(random.random((6, 9)) < 0.7, np.inf, random.integers(0, 9, (6, 9)).astype(float))
    shut = random.random(9) < 0.3
    cutoff = float(random.integers(2, 9))
    reached = ((cost <= cutoff) & ~shut).any(axis=1)
    siting = read_siting(cost, prohibited=np.flatnonzero(shut), cutoff=cutoff)
    if reached.all():
        require_reachable(siting)
    else:
        with pytest.raises(Infeasible) as error:
            require_reachable(siting)
        named = [reason.params["client"] for reason in error.value.explanations]
        assert named == np.flatnonzero(~reached).tolist()
