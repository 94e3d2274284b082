"""Every table, column, choice and unit of a plan has a word in both languages; numbers read well."""

import re
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest

from alloc import labels
from alloc.plan.plan import TABLES
from alloc.report import words
from alloc.report.tables import columns_of, header
from alloc.report.workbook import SHEETS

CODE = Path(words.__file__).parent


@pytest.mark.parametrize("lang", labels.languages())
def test_every_column_has_a_header(lang):
    for table in TABLES:
        assert labels.has(f"plan.table.{table}")
        heads = [header(table, column, lang) for column in columns_of(table)]
        assert len(set(heads)) == len(heads), table
        for column, head in zip(columns_of(table), heads, strict=True):
            assert head != column.field or column.field == "cny", (table, column)


@pytest.mark.parametrize("lang", labels.languages())
def test_every_choice_has_a_word(lang):
    for table, row_type in TABLES.items():
        for name, field in row_type.model_fields.items():
            if get_origin(field.annotation) is not Literal:
                continue
            for value in get_args(field.annotation):
                key = f"plan.code.{name}.{value}"
                assert labels.has(key) or name == "ends", (table, key)
                assert words.code_word(name, value, lang)


def test_every_label_that_the_report_names_exists():
    named = re.compile(r'"(plan\.[a-z_]+\.[a-z_]+(?:\.[a-z_]+)?)"')
    for path in CODE.glob("*.py"):
        for key in named.findall(path.read_text(encoding="utf-8")):
            section = any(known.startswith(f"{key}.") for known in labels.keys("en"))
            assert section or labels.has(key), (path.name, key)


def test_sheet_names_are_short_enough_and_differ():
    names = {
        words.word(f"plan.sheet.{key}", "zh") + " " + words.word(f"plan.sheet.{key}", "en") for key in SHEETS
    }
    assert len(names) == len(SHEETS)
    assert max(map(len, names)) <= 31


@pytest.mark.parametrize(
    ("cny", "zh", "en"),
    [
        (0, "0 元", "CNY 0"),
        (950.5, "950 元", "CNY 950"),
        (12_340_000, "1,234 万元", "CNY 12.3 million"),
        (345_000_000, "3.45 亿元", "CNY 345 million"),
        (-20_000, "-2 万元", "CNY -20 thousand"),
    ],
)
def test_money_reads_as_people_say_it(cny, zh, en):
    assert words.money(cny, "zh") == zh
    assert words.money(cny, "en") == en


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0%"),
        (0.5, "50.0%"),
        (1.0, "100.0%"),
        (0.0002, "<0.1%"),
        (0.99999, ">99.9%"),
        (1.25, "125.0%"),
    ],
)
def test_a_share_is_never_rounded_to_nothing_or_all(value, text):
    assert words.share(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.0123, "0.012"), (3.14159, "3.14"), (45.62, "45.6"), (12340.4, "12,340"), (7.0, "7")],
)
def test_numbers_have_the_digits_that_help(value, text):
    assert words.number(value) == text


def test_values_to_compare_have_the_same_digits():
    assert words.bares((12.0, 9.3158), "min") == ["12.0", "9.3"]
    assert words.bares((9.0, 86.0), "days") == ["9", "86"]
    assert words.bares((1169.8, None), "CNY") == ["1,170", "-"]
    assert words.bares((0.941, 0.0004), "share") == ["94.1%", "<0.1%"]
    assert words.bares((0.02, 3.0), "min") == ["0.02", "3"]


def test_scopes_are_named(region):
    names = words.Names(region, "zh")
    assert names.scope("region") == "区域"
    assert names.scope("machines/CT") == "设备：CT"
    assert names.scope("H001") == "县级医院H001"
    assert names.scope("exams/DR") == "检查：数字X线摄影"
    assert names.scope("nobody knows") == "nobody knows"
