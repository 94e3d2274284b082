"""Benchmark files: the traps of each format, on small files written here; hostile files are faults."""

import csv
from pathlib import Path

import numpy as np
import pytest

from alloc.errors import DataError
from alloc.location import p_median
from alloc.location.files import (
    read_cpmp,
    read_holmberg,
    read_mclp,
    read_orlib_cap,
    read_orlib_pmed,
    read_orlib_pmedcap,
    read_tsplib,
)

INSTANCES = Path(__file__).parents[3] / "shared" / "instances"
published = pytest.mark.skipif(not INSTANCES.is_dir(), reason="the published instances are not here")

PMED = "3 4 1\n1 2 10\n2 3 5\n3 1 100\n2 1 7\n"
CAP = "2 3\n10 100.\n20 0.\n5\n1.5 2\n6\n3 4\n7\n5 6\n"
PMEDCAP = "1 12\n3 1 20\n1 0 0 5\n2 1 1 6\n3 3 4 7\n"
TSP = "NAME : x\nDIMENSION : 2\nEDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 1.5e0 2\nEOF\n"
CPMP = "2 1\n0 0 9 4\n1 1 8 3\n"
HOLMBERG = "2 3\n9 100\n8 200\n1 2 3\n1 2 3\n4 5 6\n"
MCLP = "NAME : x\nDIMENSION : 2\nNODE_COORD_SECTION\n40.7 -74.0\n40.71 -74.0\nDEMAND_SECTION\n5\n6\nEOF"
FORMATS = [
    (read_orlib_pmed, PMED),
    (read_orlib_cap, CAP),
    (read_orlib_pmedcap, PMEDCAP),
    (read_tsplib, TSP),
    (read_cpmp, CPMP),
    (read_holmberg, HOLMBERG),
    (read_mclp, MCLP),
]


def written(tmp_path, text):
    path = tmp_path / "instance.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def told(error):
    """One fault, with its file and its text."""
    (fault,) = error.faults
    assert fault.file.endswith("instance.txt")
    assert "location_file." not in error.message("zh")


def full(instance):
    return instance.costs.to_sites(np.arange(len(instance.costs.site_ids))).tolist()


def test_pmed_takes_the_last_line_of_an_edge_and_shortest_paths(tmp_path):
    instance = read_orlib_pmed(written(tmp_path, PMED))
    assert full(instance) == [[0, 7, 12], [7, 0, 5], [12, 5, 0]]
    assert (instance.p, instance.name, list(instance.costs.client_ids)) == (1, "instance", [1, 2, 3])
    dearer_later = read_orlib_pmed(written(tmp_path, "2 2 1\n1 2 7\n2 1 10\n"))
    assert full(dearer_later) == [[0, 10], [10, 0]]


def test_pmed_keeps_a_free_edge(tmp_path):
    assert full(read_orlib_pmed(written(tmp_path, "2 1 1\n1 2 0\n"))) == [[0, 0], [0, 0]]


def test_cap_holds_costs_of_whole_clients(tmp_path):
    instance = read_orlib_cap(written(tmp_path, CAP))
    assert full(instance) == [[1.5, 2], [3, 4], [5, 6]]
    assert instance.cost_is == "total"
    assert instance.demand.tolist() == [5, 6, 7]
    assert (instance.capacity.tolist(), instance.fixed_cost.tolist()) == ([10, 20], [100, 0])


def test_pmedcap_and_tsplib_round_down_and_cpmp_does_not(tmp_path):
    instance = read_orlib_pmedcap(written(tmp_path, PMEDCAP))
    assert full(instance)[0] == [0, 1, 5]
    assert (instance.p, instance.known, instance.capacity.tolist()) == (1, 12, [20, 20, 20])
    assert full(read_tsplib(written(tmp_path, TSP)))[0] == [0, 2]
    exact = read_cpmp(written(tmp_path, CPMP))
    assert full(exact)[0] == [0, np.sqrt(2)]
    assert (exact.capacity.tolist(), exact.demand.tolist()) == ([9, 8], [4, 3])


def test_holmberg_is_written_by_facility_and_may_end_in_nuls(tmp_path):
    for text in (HOLMBERG, HOLMBERG.replace("\n", "\r\n") + "\0" * 50 + "\x1a"):
        instance = read_holmberg(written(tmp_path, text))
        assert full(instance) == [[1, 4], [2, 5], [3, 6]]
        assert (instance.demand.tolist(), instance.fixed_cost.tolist()) == ([1, 2, 3], [100, 200])


def test_mclp_is_on_a_sphere_of_its_own_and_in_single_precision(tmp_path):
    instance = read_mclp(written(tmp_path, MCLP))
    metres = np.float32(np.radians(0.01)) * 6_378_100.0
    assert full(instance)[0] == [0, pytest.approx(metres, rel=1e-6)]
    assert instance.demand.tolist() == [5, 6]


@pytest.mark.parametrize(("read", "text"), FORMATS)
def test_a_file_cut_off_anywhere_is_a_fault_or_another_file(tmp_path, read, text):
    for length in range(len(text)):
        try:
            read(written(tmp_path, text[:length]))
        except DataError as error:
            told(error)


@pytest.mark.parametrize(("read", "text"), FORMATS)
@pytest.mark.parametrize(
    "odd", ["x", "nan", "inf", "-1", "1e999", "1.5", "99999999999999999999", "\0", "½", "1_0"]
)
def test_an_odd_word_anywhere_is_a_fault_or_a_number(tmp_path, read, text, odd):
    words = text.split(" ")
    for i in range(len(words)):
        try:
            read(written(tmp_path, " ".join([*words[:i], odd, *words[i + 1 :]])))
        except DataError as error:
            told(error)


@pytest.mark.parametrize(("read", "text"), FORMATS)
def test_what_is_no_file_of_text_is_a_fault(tmp_path, read, text):
    for odd in (b"", b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n\0\0", b"\0" * 9):
        with pytest.raises(DataError):
            read(written(tmp_path, odd))
    for path in (tmp_path, tmp_path / "absent", "a\0b"):
        with pytest.raises(DataError):
            read(path)


def test_a_fault_names_file_line_and_word(tmp_path):
    with pytest.raises(DataError) as error:
        read_orlib_pmed(written(tmp_path, "3 2 1\n1 2 10\n2 9 5\n"))
    fault = error.value.faults[0]
    assert (fault.line, fault.value) == (3, "9")
    with pytest.raises(DataError, match="line 2"):
        read_orlib_cap(written(tmp_path, "1 1\ncapacity 100\n3\n4\n"))
    with pytest.raises(DataError, match="more pairs"):
        read_orlib_pmed(written(tmp_path, "1000000 0 5"))


@published
def test_pmed1_has_its_published_value():
    instance = read_orlib_pmed(INSTANCES / "orlib_pmed" / "pmed1.txt")
    assert p_median(instance.costs, p=instance.p).objective == 5819


@published
def test_every_published_file_can_be_read():
    folders = {
        "orlib_pmed": (read_orlib_pmed, "*.txt"),
        "orlib_cap": (read_orlib_cap, "*.txt"),
        "orlib_pmedcap": (read_orlib_pmedcap, "*.txt"),
        "holmberg": (read_holmberg, "*.txt"),
        "cpmp": (read_cpmp, "*.dat"),
        "tsplib": (read_tsplib, "*.tsp"),
        "mclp_cities": (read_mclp, "*.txt"),
    }
    for folder, (read, pattern) in folders.items():
        found = sorted((INSTANCES / folder).glob(pattern))
        assert found
        for path in found:
            instance = read(path)
            assert len(instance.costs.client_ids) > 0
            assert (instance.costs.nearest(1).cost >= 0).all()


@published
def test_the_whole_demand_of_manhattan():
    with (INSTANCES / "mclp_cities" / "known_values.csv").open() as file:
        known = next(csv.DictReader(file))
    instance = read_mclp(INSTANCES / "mclp_cities" / "NewYork.txt")
    assert instance.demand.sum() == float(known["total_demand"])
