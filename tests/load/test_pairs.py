"""The short form of a change's parts in one cell of a workbook."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alloc.load.cells import BadCell, Plain, read_any
from alloc.load.pairs import read_pairs, read_value, write_pairs, write_value

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")))
CELLS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
)
SCALARS = CELLS | TEXTS
VALUES = SCALARS | st.lists(SCALARS)


def typed(value: object) -> object:
    """As the reader of documents types it."""
    if isinstance(value, list):
        return [typed(one) for one in value]
    return read_any(value) if isinstance(value, Plain) else value


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("tier=township", {"tier": "township"}),
        ("tier=township; area=rural|urban;", {"tier": "township", "area": ["rural", "urban"]}),
        ("id=H1|", {"id": ["H1"]}),
        ("id=|", {"id": []}),
        ("id=", {"id": None}),
        ('name="a;b|c=d"', {"name": "a;b|c=d"}),
        ("consortium=null", {"consortium": None}),
        ("", {}),
    ],
)
def test_pairs(text: str, pairs: dict[str, object]) -> None:
    assert read_pairs(text) == pairs


@pytest.mark.parametrize(
    "text", ["tier", "=x", "a=b=c", "a=b c=d", "a||b=c", "a=|b", "a=b||c", '"a', 'a="b" c', "a=1; a=2"]
)
def test_texts_that_are_no_pairs(text: str) -> None:
    with pytest.raises(BadCell):
        read_pairs(text)


@given(VALUES)
def test_values_survive(value: object) -> None:
    assert typed(read_value(write_value(value))) == value


@given(st.dictionaries(st.from_regex("[a-z_]{1,9}", fullmatch=True), VALUES))
def test_pairs_survive(pairs: dict[str, object]) -> None:
    read = read_pairs(write_pairs(pairs))
    assert {name: typed(value) for name, value in read.items()} == pairs
