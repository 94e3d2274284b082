"""One cell: what is read, and what is refused rather than guessed."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alloc.load.cells import BadCell, Plain, is_blank, read_any, reader
from alloc.load.save import cell_text
from alloc.load.tables import row_readers
from alloc.schema import TABLES

READ = {
    "whole": reader(int),
    "number": reader(float),
    "yes_no": reader(bool),
    "text": reader(str),
    "id": reader(str, "", is_id=True),
    "area": reader(Literal["urban", "rural"], "area"),
    "days": reader(tuple[Literal["Mon", "Tue"], ...], "days"),
}


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("whole", "3", 3),
        ("whole", 3.0, 3),
        ("whole", "3.0", 3),
        ("whole", " 12 ", 12),
        ("number", "3", 3.0),
        ("number", "-1.5e3", -1500.0),
        ("number", ".5", 0.5),
        ("yes_no", "是", True),
        ("yes_no", "no", False),
        ("yes_no", "TRUE", True),
        ("yes_no", 0.0, False),
        ("text", "=1+1", "=1+1"),
        ("text", 301.0, "301"),
        ("text", date(2024, 5, 1), "2024-05-01"),
        ("id", "042010", "042010"),
        ("id", 330521001.0, "330521001"),
        ("id", 42, "42"),
        ("area", "urban", "urban"),
        ("area", "农村", "rural"),
        ("area", "Rural", "rural"),
        ("days", "Mon, Tue", ("Mon", "Tue")),
        ("days", "周一、周二", ("Mon", "Tue")),
        ("days", ["Mon"], ("Mon",)),
        ("days", "[]", ()),
    ],
)
def test_reads(kind: str, cell: object, value: object) -> None:
    read = READ[kind](cell)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("kind", "cell", "rule"),
    [
        ("whole", "3.5", "not_whole"),
        ("whole", 3.5, "not_whole"),
        ("whole", "three", "not_a_number"),
        ("whole", True, "number_not_bool"),
        ("number", "12,5", "not_a_number"),
        ("number", "12,500", "not_a_number"),
        ("number", "１２", "full_width_number"),
        ("number", "５２²", "not_a_number"),
        ("whole", "１２", "full_width_number"),
        ("whole", "9" * 30, "number_too_long"),
        ("whole", 1e30, "number_too_long"),
        ("number", "30分钟", "not_a_number"),
        ("number", "70%", "percent"),
        ("number", "nan", "not_finite"),
        ("number", "1e400", "not_finite"),
        ("number", float("inf"), "not_finite"),
        ("number", "=1+1", "not_a_number"),
        ("number", date(2024, 5, 1), "date_for_number"),
        ("number", True, "number_not_bool"),
        ("number", 10**400, "number_too_long"),
        ("yes_no", "maybe", "not_yes_no"),
        ("yes_no", 2, "not_yes_no"),
        ("text", "a\x00b", "control_character"),
        ("text", "a\tb", "control_character"),
        ("text", "\ud800", "control_character"),
        ("text", "x" * 2_000_001, "cell_too_long"),
        ("text", True, "not_text"),
        ("id", 3.5, "id_not_text"),
        ("id", 1234567890123456789.0, "id_not_text"),
        ("id", date(2024, 5, 1), "id_not_text"),
        ("area", "urbn", "not_a_choice"),
        ("area", None, "not_a_choice"),
        ("days", "Mon, Sun", "not_a_choice"),
    ],
)
def test_refuses(kind: str, cell: object, rule: str) -> None:
    with pytest.raises(BadCell) as bad:
        READ[kind](cell)
    assert bad.value.rule == rule


def test_full_width_digits_are_told_as_the_number_they_mean() -> None:
    with pytest.raises(BadCell) as bad:
        READ["number"]("－１２．５")
    assert bad.value.params == {"right": "-12.5"}


def test_a_percentage_is_told_as_the_fraction_it_should_be() -> None:
    with pytest.raises(BadCell) as bad:
        READ["number"]("70%")
    assert bad.value.params == {"right": "0.7"}


@pytest.mark.parametrize("cell", [None, "", "  ", "\u3000", "\n"])
def test_blanks_are_blank(cell: object) -> None:
    assert is_blank(cell)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (Plain("3"), 3),
        (Plain("0.7"), 0.7),
        (Plain("true"), True),
        (Plain("CT16"), "CT16"),
        ("3", "3"),
        ("true", "true"),
        (3, 3),
    ],
)
def test_a_value_of_any_type_is_a_number_only_when_unquoted(cell: object, value: object) -> None:
    read = read_any(cell)
    assert read == value
    assert type(read) is type(value)


def test_minus_zero_becomes_zero_as_a_geopackage_would_make_it() -> None:
    assert str(READ["number"]("-0.0")) == "0.0"


def through_csv(text: str) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerow([text, "x"])
    return next(csv.reader(io.StringIO(file.getvalue(), newline=""), strict=True))[0]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_as_text(number: float) -> None:
    assert READ["number"](through_csv(cell_text(number))) == number


@given(st.integers(-(2**53), 2**53))
def test_whole_numbers_survive_as_text_and_as_excel_numbers(number: int) -> None:
    assert READ["whole"](through_csv(cell_text(number))) == number
    assert READ["whole"](float(number)) == number


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1))
def test_text_survives_as_text(text: str) -> None:
    if not is_blank(text) and "\ufffe" not in text and "\uffff" not in text:
        assert READ["text"](through_csv(cell_text(text))) == text


@given(st.from_regex(r"[0-9]{1,18}", fullmatch=True))
def test_codes_keep_their_zeros(code: str) -> None:
    assert READ["id"](through_csv(cell_text(code))) == code


@given(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.dates()
    | st.lists(st.text())
)
def test_any_cell_is_read_or_refused(cell: object) -> None:
    for table in TABLES:
        for read in row_readers(table).values():
            try:
                read(cell)
            except BadCell as bad:
                assert bad.rule  # noqa: PT017 - any rule will do


def test_a_blank_cell_is_the_same_as_a_missing_one() -> None:
    """So no field may have a default other than None and admit None, for a cell could not say None."""
    fields: list[tuple[str, Any]] = [
        (f"{table}.{name}", info)
        for table, row in TABLES.items()
        for name, info in row.model_fields.items()
        if "None" in str(info.annotation) and info.default is not None
    ]
    assert fields == []
