"""One raw cell -> one Python value, as the schema's field wants it.

A cell comes as text (CSV, YAML), as a number, a date or a truth value (Excel, JSON, Parquet, DataFrames).
What can be read in only one way is read: "3" and 3.0 are the count 3, 330521001.0 is the id "330521001".
Everything else is refused with the rule it breaks; nothing is rounded, clipped or guessed. A blank cell
(empty, or blanks only) means the field's default.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from alloc.load.bounds import CELL_CHARACTERS
from alloc.load.words import choice_words, nearest, plain

Read = Callable[[object], object]

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_WHOLE = re.compile(r"([+-]?\d+)(\.0*)?", re.ASCII)
_MOST_DIGITS = 20
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""The full-width forms of ASCII, as Chinese keyboards write them -> ASCII."""
_UNWRITABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TRUE = {"true", "yes", "y", "1", "是"}
_FALSE = {"false", "no", "n", "0", "否"}
_DATES = (date, datetime, time, timedelta)
_EXACT = 2**53
_EXCEL_DIGITS = 10**15
EMPTY_LIST = "[]"


class Plain(str):
    """An unquoted YAML scalar: text where the schema wants text, a number where it may be either."""

    __slots__ = ()


@dataclass(frozen=True)
class Broken:
    """A cell that its file itself calls broken; ``rule`` says how."""

    rule: str


class BadCell(ValueError):
    """A cell that cannot be read; ``rule`` and ``params`` are those of the Fault to come."""

    def __init__(self, rule: str, **params: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.params = params


def is_blank(cell: object) -> bool:
    """Empty, or blanks only."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def reader(annotation: Any, name: str = "", is_id: bool = False) -> Read:
    """The function that reads a cell of a field with this annotation; it raises BadCell.

    ``name`` is the field's name (a choice may be written in the words of either language). It is not asked
    about blank cells.
    """
    annotation, is_id = _bare(annotation, is_id)
    origin = get_origin(annotation)
    if origin is Literal:
        return _choice_reader(name, get_args(annotation))
    if origin is tuple:
        return _list_reader(reader(get_args(annotation)[0], name, is_id))
    if origin in (Union, UnionType):
        return read_any
    known: dict[object, Read] = {bool: read_bool, int: read_whole, float: read_number}
    return known.get(annotation, read_id if is_id else read_text)


def is_id_field(metadata: Sequence[object]) -> bool:
    """Whether a field's pydantic metadata is that of ``alloc.units.Id``: the only text with a pattern."""
    return any(getattr(item, "pattern", None) for item in metadata)


def _bare(annotation: Any, is_id: bool) -> tuple[Any, bool]:
    """The annotation without Optional and Annotated."""
    while True:
        arguments = get_args(annotation)
        if hasattr(annotation, "__metadata__"):
            is_id = is_id or any(is_id_field(getattr(m, "metadata", ())) for m in annotation.__metadata__)
            annotation = arguments[0]
            continue
        others = [a for a in arguments if a is not NoneType]
        if get_origin(annotation) in (Union, UnionType) and len(others) == 1 < len(arguments):
            annotation = others[0]
            continue
        return annotation, is_id


def read_text(cell: object) -> str:
    """Free text. Numbers and dates that Excel made of it are written out."""
    if isinstance(cell, str):
        if len(cell) > CELL_CHARACTERS:
            raise BadCell("cell_too_long", limit=str(CELL_CHARACTERS))
        if _UNWRITABLE.search(cell):
            raise BadCell("control_character")
        return str(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell):
        return str(int(cell)) if cell == int(cell) and abs(cell) < _EXACT else repr(cell)
    raise BadCell("not_text")


def read_id(cell: object) -> str:
    """An id: text as written. A whole number is accepted while Excel has kept all its digits."""
    if isinstance(cell, str):
        return read_text(cell)
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) < _EXACT:
        return str(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXCEL_DIGITS:
        return str(int(cell))
    raise BadCell("id_not_text")


def read_whole(cell: object) -> int:
    """A whole number."""
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell
    if isinstance(cell, float) and cell.is_integer() and abs(cell) <= _EXACT:
        return int(cell)
    if isinstance(cell, str):
        match = _WHOLE.fullmatch(cell.strip())
        if match and len(match[1]) > _MOST_DIGITS:
            raise BadCell("number_too_long")
        if match:
            return int(match[1])
        if NUMBER.fullmatch(cell.strip()):
            raise BadCell("not_whole")
        raise _not_a_number(cell)
    if isinstance(cell, float) and math.isfinite(cell):
        raise BadCell("number_too_long" if cell.is_integer() else "not_whole")
    raise _not_a_number(cell)


def read_number(cell: object) -> float:
    """A number, written with a point, without separators, units or percent sign."""
    if isinstance(cell, str):
        if not NUMBER.fullmatch(cell.strip()):
            raise _not_a_number(cell)
        number = float(cell)
    elif isinstance(cell, float):
        number = cell
    elif isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) <= _EXACT:
        number = float(cell)
    else:
        raise _not_a_number(cell)
    if not math.isfinite(number):
        raise BadCell("not_finite")
    return number + 0.0  # -0.0 becomes 0.0: SQLite, and so GeoPackage, cannot keep the sign


def _not_a_number(cell: object) -> BadCell:
    if isinstance(cell, bool):
        return BadCell("number_not_bool")
    if isinstance(cell, _DATES):
        return BadCell("date_for_number")
    if isinstance(cell, int):
        return BadCell("number_too_long")
    text = str(cell).strip()
    if isinstance(cell, str) and text.endswith(("%", "％")):
        bare = text[:-1].strip()
        right = repr(round(float(bare) / 100, 12)) if NUMBER.fullmatch(bare) else "0.7"
        return BadCell("percent", right=right)
    if isinstance(cell, str) and text.translate(_WIDE) != text and NUMBER.fullmatch(text.translate(_WIDE)):
        return BadCell("full_width_number", right=text.translate(_WIDE))
    if text.lower().lstrip("+-.") in ("nan", "inf", "infinity"):
        return BadCell("not_finite")
    return BadCell("not_a_number")


def read_bool(cell: object) -> bool:
    """Yes or no: true/false, yes/no, y/n, 1/0, 是/否."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float) and cell in (0, 1):
        return bool(cell)
    if isinstance(cell, str):
        word = cell.strip().casefold()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
    raise BadCell("not_yes_no")


def read_any(cell: object) -> bool | int | float | str:
    """A value of no particular type, as a scenario may set it. Unquoted YAML numbers are numbers."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int):
        return cell if abs(cell) <= _EXACT else read_text(cell)
    if isinstance(cell, float):
        return read_number(cell)
    if isinstance(cell, Plain):
        if _WHOLE.fullmatch(cell) and "." not in cell and len(cell) <= _MOST_DIGITS:
            return read_whole(cell)
        if NUMBER.fullmatch(cell):
            return read_number(cell)
        if cell in ("true", "false"):
            return cell == "true"
    return read_text(cell)


def _choice_reader(name: str, choices: tuple[object, ...]) -> Read:
    words = choice_words(name, choices)
    listed = ", ".join(map(str, choices))

    def read(cell: object) -> object:
        if isinstance(cell, str):
            word = cell.strip()
        elif isinstance(cell, float) and cell.is_integer():
            word = str(int(cell))
        else:
            raise BadCell("not_a_choice", choices=listed, nearest=str(choices[0]))
        if plain(word) not in words:
            close = words.get(nearest(word, words), choices[0])
            raise BadCell("not_a_choice", choices=listed, nearest=str(close))
        return words[plain(word)]

    return read


def _list_reader(read_item: Read) -> Read:
    def read(cell: object) -> tuple[object, ...]:
        if isinstance(cell, list | tuple):
            return tuple(read_item(item) for item in cell)
        if isinstance(cell, str):
            if cell.strip() == EMPTY_LIST:
                return ()
            parts = (part.strip() for part in re.split("[,，、;；]", cell))
            return tuple(read_item(part) for part in parts if part)
        return (read_item(cell),)

    return read
