"""A JSON text -> a Document. Doubled keys and too deep documents are refused; NaN is left to the cells."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import Any

from alloc.errors import Fault
from alloc.load.bounds import DEPTH
from alloc.load.positions import Document, Path, Place

_TOKEN = re.compile(r'[ \t\r\n]*(?:([{}\[\],:])|("(?:[^"\\]|\\.)*")|([^\s{}\[\],:"]+))', re.DOTALL)
_MOST_DIGITS = 300
_BOTTOMLESS: list[Any] = []
_BOTTOMLESS.append(_BOTTOMLESS)
_TRACKED = 8 * 2**20
"""Characters up to which the line of every value is looked up."""


def read_json(text: str, shown: str | None, faults: list[Fault]) -> Document | None:
    """The document in a JSON text; None, and a fault, where it is not one."""
    doubled: list[str] = []

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            doubled.extend(key for key, _ in pairs)
        return found

    try:
        data = json.loads(text, object_pairs_hook=mapping, parse_int=_whole)
    except json.JSONDecodeError as error:
        place: Place = {"line": error.lineno, "column": str(error.colno)}
        faults.append(Fault("json_syntax", file=shown, params={"detail": error.msg}, **place))
        return None
    except RecursionError:
        data = _BOTTOMLESS
    if too_deep(data):
        faults.append(Fault("too_deep", file=shown, params={"limit": str(DEPTH)}))
        return None
    lines = _Lines(text)
    if doubled:
        faults += [
            Fault("key_twice", file=shown, line=line, value=key) for key, line in lines.doubled()[:20]
        ] or [Fault("key_twice", file=shown, value=", ".join(doubled[:20]))]
    return Document(data, lambda path: {"file": shown} | lines.place(path))


def _whole(digits: str) -> int | float:
    """A whole number; one that is too long for any use is left to the schema, which knows where it stands."""
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


def too_deep(data: object) -> bool:
    """Whether mappings and lists lie more than DEPTH inside each other."""
    level: list[object] = [data]
    for _ in range(DEPTH + 1):
        inner: list[object] = []
        for one in level:
            if isinstance(one, dict):
                inner.extend(v for v in one.values() if isinstance(v, dict | list))
            elif isinstance(one, list):
                inner.extend(v for v in one if isinstance(v, dict | list))
        level = inner
    return bool(level)


class _Lines:
    """The line and column of every value, worked out when first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places = cache(self._all_places)
        self._starts = cache(lambda: [0, *(match.end() for match in re.finditer("\n", text))])

    def place(self, path: Path) -> Place:
        places, _ = self._places()
        while path and path not in places:
            path = path[:-1]
        if path not in places:
            return {}
        line = bisect_right(self._starts(), places[path])
        return {"line": line, "column": str(places[path] - self._starts()[line - 1] + 1)}

    def doubled(self) -> list[tuple[str, int]]:
        _, doubled = self._places()
        return [(key, bisect_right(self._starts(), offset)) for key, offset in doubled]

    def _all_places(self) -> tuple[dict[Path, int], list[tuple[str, int]]]:
        places: dict[Path, int] = {}
        doubled: list[tuple[str, int]] = []
        if len(self._text) > _TRACKED:
            return places, doubled
        for path, offset in _values(self._text):
            if path in places and path:
                doubled.append((str(path[-1]), offset))
            places[path] = offset
        return places, doubled


def _values(text: str) -> Iterator[tuple[Path, int]]:
    """The path and offset of every value of a sound JSON text, in order."""
    path: list[str | int] = []
    kinds: list[str] = []
    wants_key = False
    for match in _TOKEN.finditer(text):
        mark, string, _ = match.groups()
        offset = match.start(match.lastindex or 0)
        if mark in ("}", "]"):
            kinds.pop()
            path.pop()
            wants_key = False
        elif mark == ",":
            wants_key = kinds[-1] == "{"
            if not wants_key:
                path[-1] = int(path[-1]) + 1
        elif wants_key and string:
            path[-1] = json.loads(string)
            wants_key = False
        elif mark != ":":
            yield tuple(path[: len(kinds)]), offset
            if mark in ("{", "["):
                kinds.append(mark)
                path.append("" if mark == "{" else 0)
                wants_key = mark == "{"
