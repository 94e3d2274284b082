"""What the annotated types take and what they refuse."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from alloc import units

NON_NEGATIVE = [
    "Cny", "CnyPerYear", "Minutes", "Km", "Km2", "HoursPerYear", "Days", "Fte", "Persons", "PerYear",
    "Per1000", "Mbps", "Megabytes",
]  # fmt: skip
NUMBERS = [*NON_NEGATIVE, "KmPerHour", "Share", "Longitude", "Latitude", "Count", "PositiveCount", "Year"]


def takes(name, value):
    try:
        TypeAdapter(getattr(units, name)).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, True, False, None, "", "abc", 10**400])
def test_no_number_type_takes_what_is_no_finite_number(name, value):
    assert not takes(name, value)


@pytest.mark.parametrize("name", NON_NEGATIVE)
def test_amounts_start_at_zero_and_end_where_sense_ends(name):
    assert takes(name, 0)
    assert takes(name, 10**15)
    assert not takes(name, 10**16)
    assert takes(name, 1.5)
    assert not takes(name, -1e-9)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("Share", [0, 1, 0.7], [-0.01, 1.01, 70]),
        ("KmPerHour", [0.1, 120], [0, -1]),
        ("Longitude", [-180, 180, 119.97], [180.1]),
        ("Latitude", [-90, 90, 30.5], [90.1]),
        ("Count", [0, 7, 7.0, 10**9], [-1, 1.5, 10**9 + 1]),
        ("PositiveCount", [1], [0, 10**10]),
        ("Year", [1900, 2200], [1899, 2201, 2025.5]),
    ],
)
def test_bounds(name, good, bad):
    assert all(takes(name, value) for value in good)
    assert not any(takes(name, value) for value in bad)


@pytest.mark.parametrize("value", ["330521001", "DQ-H1", "德清", "a b", "x", "x" * 64, "县医院（新）", "a.b"])
def test_ids_taken(value):
    assert takes("Id", value)


@pytest.mark.parametrize(
    "value",
    ["", " ", " a", "a ", "a\n", "a\tb", "a/b", "a\\b", ".", "..", ".a", "a\x00", "a\u200bb", "a\u202eb",
     "\u3000a", "x" * 65, 330521001, None],
)  # fmt: skip
def test_ids_refused(value):
    assert not takes("Id", value)


@given(st.text(max_size=70))
def test_a_taken_id_is_always_one_safe_file_name(value):
    if takes("Id", value):
        assert value == value.strip()
        assert not set(value) & set("/\\\n\r\x00")
        assert value not in (".", "..")
