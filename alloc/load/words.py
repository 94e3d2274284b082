"""The words of both languages for tables, columns and choices, and the nearest one to a mistyped word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache

from alloc import labels
from alloc.schema import TABLES

_UNIT = re.compile(r"\s*\([^()]*\)$")
SHEETS: Mapping[str, tuple[str, ...]] = {
    "about": ("key", "value"),
    "travel": ("key", "value"),
    "scenarios": ("id", "name_zh", "name_en", "note_zh", "note_en"),
    "changes": ("scenario", "op", "table", "where", "field", "value", "by", "rows"),
}
"""Sheets of a workbook beside the tables, and their columns."""

MATRIX = "travel_minutes_matrix"
"""The sheet that may stand for the table ``travel_minutes``."""


def fields_of(table: str) -> tuple[str, ...]:
    """The columns of a table, or of another sheet."""
    return SHEETS[table] if table in SHEETS else tuple(TABLES[table].model_fields)


def plain(word: str) -> str:
    """A word without what people write in different ways: case, width, blanks at the ends or doubled, and
    without what nobody sees, such as the byte order mark that some programs leave in the first header.
    """
    seen = (char for char in unicodedata.normalize("NFKC", word) if unicodedata.category(char) != "Cf")
    return " ".join("".join(seen).casefold().split())


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one; the empty text when none is."""
    by_look = {plain(name): name for name in known}
    found = get_close_matches(plain(word)[:100], list(by_look), 1, 0.5)
    return by_look[found[0]] if found else ""


def label_of_field(table: str, name: str, lang: str) -> str:
    """The column header of a field, with its unit: ``常住人口(人)``; its name where there is no label."""
    for key in (f"field.{table}.{name}", f"field.{name}"):
        if labels.has(key):
            return labels.text(key, lang)
    return name


def label_of_table(table: str, lang: str) -> str:
    """The sheet name of a table."""
    return labels.text(f"table.{table}", lang) if labels.has(f"table.{table}") else table


def label_of_choice(name: str, choice: object, lang: str) -> str:
    """The word for one choice of a field; the choice itself where there is no label."""
    key = f"choice.{name}.{choice}"
    return labels.text(key, lang) if labels.has(key) else str(choice)


def choice_words(name: str, choices: Iterable[object]) -> dict[str, object]:
    """Every word, in ``plain`` form, for every choice of a field: itself, and its label in each language."""
    words: dict[str, object] = {}
    for choice in choices:
        for word in (str(choice), *(label_of_choice(name, choice, lang) for lang in labels.languages())):
            words[plain(word)] = choice
    return words


@cache
def column_words(table: str) -> Mapping[str, str]:
    """Every way to write the header of a column -> the field. In ``plain`` form.

    The field's name, its label in each language, and that label without the unit where no other field has it.
    """
    full: dict[str, str] = {}
    short: dict[str, set[str]] = {}
    for name in fields_of(table):
        for word in (name, *(label_of_field(table, name, lang) for lang in labels.languages())):
            full[plain(word)] = name
            short.setdefault(_UNIT.sub("", plain(word)), set()).add(name)
    return {word: min(names) for word, names in short.items() if len(names) == 1} | full


@cache
def sheet_words() -> Mapping[str, str]:
    """Every way to write the name of a sheet -> the table (or one of the other sheets). In ``plain`` form."""
    words: dict[str, str] = {}
    for table in (*TABLES, *SHEETS, MATRIX):
        for word in (table, *(label_of_table(table, lang) for lang in labels.languages())):
            words[plain(word)] = table
    return words
