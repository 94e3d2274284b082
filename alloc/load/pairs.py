"""The short way to write the parts of a scenario's change in one cell of a workbook.

``tier=township; area=rural|urban`` are pairs of a field and a value, or of a field and several admitted
values. A list of one value ends in a bar (``id=H1|``). ``null`` is no value. A text with one of ``; | = "``
or a line break, or one that looks like a number, stands in double quotes, with the escapes of JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from alloc.load.cells import NUMBER, BadCell, Plain

_TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|([;|=\n])|([^;|="\n]+))')
_BARE = re.compile(r'[^\s;|="\[{#]([^;|="\n]*[^\s;|="])?')
_WORDS = ("null", "true", "false")


def read_value(text: str) -> object:
    """One value, or a list of them."""
    values, rest = _values(_tokens(text))
    if rest:
        raise BadCell("not_pairs")
    return values


def read_pairs(text: str) -> dict[str, object]:
    """The pairs of one line."""
    pairs: dict[str, object] = {}
    tokens = _tokens(text)
    while tokens:
        if tokens[0] == ";":
            tokens = tokens[1:]
            continue
        if len(tokens) < 2 or tokens[0] in ("|", "=") or tokens[1] != "=":
            raise BadCell("not_pairs")
        name = str(_scalar(tokens[0]))
        if name in pairs:
            raise BadCell("key_twice")
        pairs[name], tokens = _values(tokens[2:])
    return pairs


def write_value(value: object) -> str:
    """The text that ``read_value`` reads back."""
    if isinstance(value, list | tuple):
        return "|".join(map(_written, value)) + ("|" if len(value) < 2 else "")
    return _written(value)


def write_pairs(pairs: Mapping[str, object]) -> str:
    """The text that ``read_pairs`` reads back."""
    return "; ".join(f"{_written(name)}={write_value(value)}" for name, value in pairs.items())


def _written(value: object) -> str:
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    text = str(value)
    bare = _BARE.fullmatch(text) and not NUMBER.fullmatch(text) and text not in _WORDS
    return text if bare else json.dumps(text, ensure_ascii=False)


def _tokens(text: str) -> list[str]:
    found = list(_TOKEN.finditer(text.strip()))
    if "".join(match.group() for match in found) != text.strip():
        raise BadCell("not_pairs")
    return [str(match[match.lastindex or 0]) for match in found]


def _values(tokens: list[str]) -> tuple[object, list[str]]:
    """The values up to the next semicolon, and the tokens after it."""
    end = tokens.index(";") if ";" in tokens else len(tokens)
    mine, rest = tokens[:end], tokens[end:]
    if "=" in mine:
        raise BadCell("not_pairs")
    if "|" not in mine:
        if len(mine) > 1:
            raise BadCell("not_pairs")
        return (_scalar(mine[0]) if mine else None), rest
    items: list[object] = []
    wants_value = True
    for token in mine:
        if (token == "|") is wants_value and not (token == "|" and mine == ["|"]):  # noqa: S105 - a bar
            raise BadCell("not_pairs")
        if token != "|":  # noqa: S105 - a bar
            items.append(_scalar(token))
        wants_value = token == "|"  # noqa: S105 - a bar
    return items, rest


def _scalar(token: str) -> object:
    if token.startswith('"'):
        try:
            return json.loads(token)
        except ValueError:
            raise BadCell("not_pairs") from None
    word = token.strip()
    return None if word == "null" else Plain(word)
