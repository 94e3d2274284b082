"""Lines of prose: names whole, no comma first, nothing lost."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Group

from alloc.report.screen import Prose, as_text, line_breaks

NAMES = "德清县第三人民医院、武康街道社区卫生服务中心、乾元镇卫生院。"


def lines_of(text, width):
    breaks = [0, *line_breaks(text, width), len(text)]
    return [text[a:b].rstrip() for a, b in pairwise(breaks)]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        (NAMES, 30, ["德清县第三人民医院、", "武康街道社区卫生服务中心、", "乾元镇卫生院。"]),
        ("卫健部门与机构 2,321 万元、患者 1 元", 22, ["卫健部门与机构", "2,321 万元、患者 1 元"]),
        ("spend CNY 453 million a year", 12, ["spend CNY", "453 million", "a year"]),
        ("预算减少30%", 10, ["预算减少3", "0%"]),
        ("卫生服务中心、", 12, ["卫生服务中", "心、"]),
        ("", 10, [""]),
    ],
)
def test_lines_end_where_a_reader_would_end_them(text, width, lines):
    assert lines_of(text, width) == lines


@given(st.text(alphabet="ab 12医院、，；%）", max_size=60), st.integers(6, 30))
def test_every_line_fits_and_no_character_is_lost(text, width):
    lines = lines_of(text, width)
    assert max(map(cell_len, lines)) <= width
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_prose_keeps_its_place_in_a_page():
    assert as_text(Group(Prose(NAMES)), 30).splitlines() == lines_of(NAMES, 30)
