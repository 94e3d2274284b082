"""Every rule that the loader knows has its texts, and every table, column and choice its words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest

import alloc.load
from alloc import labels
from alloc.load.rules import _RULES
from alloc.load.words import (
    SHEETS,
    choice_words,
    column_words,
    fields_of,
    label_of_field,
    label_of_table,
    plain,
    sheet_words,
)
from alloc.schema import TABLES

SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in Path(alloc.load.__path__[0]).glob("*.py"))
TOLD = set(
    re.findall(r'(?:fault|Fault|BadCell|_bad|_refuse)\(\s*(?:event, |number, )?"([a-z_0-9]+)"', SOURCE)
)


def test_every_rule_has_a_message_and_a_remedy() -> None:
    rules = TOLD | set(_RULES.values())
    assert len(rules) > 80
    assert [rule for rule in sorted(rules) if not labels.has(f"fault.{rule}")] == []
    assert [rule for rule in sorted(rules) if not labels.has(f"remedy.{rule}")] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_table_and_column_has_a_word_and_no_two_share_one(lang: str) -> None:
    assert len({plain(label_of_table(table, lang)) for table in (*TABLES, *SHEETS)}) == len(TABLES) + len(
        SHEETS
    )
    for table in (*TABLES, *SHEETS):
        heads = [plain(label_of_field(table, name, lang)) for name in fields_of(table)]
        assert len(set(heads)) == len(heads), table
        assert all(labels.has(f"field.{table}.{n}") or labels.has(f"field.{n}") for n in fields_of(table)), (
            table
        )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sheet_names_are_such_as_excel_takes(lang: str) -> None:
    for table in (*TABLES, *SHEETS):
        name = label_of_table(table, lang)
        assert len(name) <= 31
        assert not re.search(r"[\[\]:*?/\\']", name)


def test_headers_are_known_with_and_without_unit_in_either_language() -> None:
    words = column_words("population")
    for header in (
        "residents",
        "常住人口(人)",
        "常住人口（人）",
        "常住人口",
        "Residents (persons)",
        "RESIDENTS",
    ):
        assert words[plain(header)] == "residents"
    assert plain("人口(万人)") not in words


def test_sheets_are_known_in_either_language() -> None:
    assert {sheet_words()[plain(name)] for name in ("facilities", "机构", "Facilities")} == {"facilities"}


def test_every_choice_has_its_own_word() -> None:
    for row in TABLES.values():
        for name, info in row.model_fields.items():
            choices = literal(info.annotation)
            words = choice_words(name, choices)
            assert set(words.values()) == set(choices)
            assert all(labels.has(f"choice.{name}.{choice}") for choice in choices), name


def literal(annotation: object) -> tuple[object, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return next((found for one in get_args(annotation) if (found := literal(one))), ())
