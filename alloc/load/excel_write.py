"""A Region -> one workbook: a sheet a table, units in the headers, drop-down lists and notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, get_args, get_origin

from alloc import labels
from alloc.errors import DataError, Fault
from alloc.load.pairs import write_pairs, write_value
from alloc.load.save import cell_text, columns_of, given
from alloc.load.words import SHEETS, label_of_choice, label_of_field, label_of_table
from alloc.schema import TABLES, Region
from alloc.schema.checks.ids import REFERENCES
from alloc.schema.scenario import Change

_MOST_ROWS = 2**20
_MOST_CHARACTERS = 32_767
_ROOM = 500
"""Rows below the last one that drop-down lists still reach."""


class _Exact(float):
    """A number that XlsxWriter writes with all its digits: by itself it keeps sixteen of seventeen."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


def write_workbook(region: Region, path: Path, lang: str, *, all_tables: bool = False) -> None:
    """Write a region as one workbook; ``all_tables`` also those, and the columns, that hold nothing yet.

    Raises DataError when a sheet cannot hold a table, or a cell a text.
    """
    import xlsxwriter

    _check_size(region, path.name)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        writer = _Writer(book, lang)
        for name in ("about", "travel"):
            pairs = [(label_of_field(name, key, lang), value) for key, value in getattr(region, name)]
            writer.sheet(name, SHEETS[name], pairs)
        for name in TABLES:
            rows = getattr(region, name)
            if rows or all_tables or Region.model_fields[name].is_required():
                fields = columns_of(name, rows, all_of_them=all_tables)
                writer.sheet(name, fields, [[getattr(row, field) for field in fields] for row in rows])
        if region.scenarios or all_tables:
            named = SHEETS["scenarios"]
            writer.sheet("scenarios", named, [[getattr(s, f) for f in named] for s in region.scenarios])
            changes = [_change(s.id, change, lang) for s in region.scenarios for change in s.changes]
            writer.sheet("changes", SHEETS["changes"], changes)
        writer.add_lists()


class _Writer:
    """Writes sheets into a workbook, and remembers where the ids stand, for the lists to choose from."""

    def __init__(self, book: Any, lang: str) -> None:
        self._book, self._lang = book, lang
        self._header = book.add_format(
            {"bold": True, "bg_color": "#DCE6F1", "text_wrap": True, "valign": "top"}
        )
        self._text = book.add_format({"num_format": "@"})
        self._sheets: dict[str, tuple[Any, Sequence[str], int]] = {}

    def sheet(self, name: str, fields: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """One sheet with its header and rows."""
        sheet = self._book.add_worksheet(label_of_table(name, self._lang))
        kinds = TABLES[name].model_fields if name in TABLES else {}
        for column, field in enumerate(fields):
            sheet.write_string(0, column, label_of_field(name, field, self._lang), self._header)
            if field in kinds:
                sheet.write_comment(0, column, self._note(field, kinds[field]), {"x_scale": 2})
            is_text = field in kinds and _is_text(kinds[field].annotation)
            sheet.set_column(column, column, 16, self._text if is_text else None)
        worded = [
            field == "op" or (field in kinds and bool(_choices(kinds[field].annotation))) for field in fields
        ]
        count = 0
        for count, row in enumerate(rows, 1):
            for column, (field, value) in enumerate(zip(fields, row, strict=True)):
                self._write(sheet, count, column, field if worded[column] else "", value)
        sheet.freeze_panes(1, 1)
        self._sheets[name] = sheet, fields, count

    def _write(self, sheet: Any, row: int, column: int, choice: str, value: object) -> None:
        """One cell; ``choice`` is the field whose choices the value is one of."""
        if isinstance(value, bool):
            sheet.write_string(row, column, label_of_choice("yes_no", "yes" if value else "no", self._lang))
        elif isinstance(value, int | float):
            sheet.write_number(row, column, _Exact(value))
        elif isinstance(value, tuple):
            words = tuple(label_of_choice(choice, one, self._lang) for one in value)
            sheet.write_string(row, column, cell_text(words), self._text)
        elif value is not None and value != "":
            sheet.write_string(row, column, label_of_choice(choice, value, self._lang), self._text)

    def _note(self, field: str, info: Any) -> str:
        """What a column wants: its name in files, whether it must be filled in, and its choices."""
        lines = [field]
        if info.is_required():
            lines.append(labels.text("workbook.required", self._lang))
        elif info.default in (None, ""):
            lines.append(labels.text("workbook.optional", self._lang))
        else:
            default = label_of_choice(field, cell_text(info.default), self._lang)
            lines.append(labels.text("workbook.default", self._lang, default=default))
        choices = _choices(info.annotation)
        if choices:
            lines.append(" / ".join(label_of_choice(field, choice, self._lang) for choice in choices))
        return "\n".join(lines)

    def add_lists(self) -> None:
        """Drop-down lists: the choices of a column, and the ids that a column may refer to."""
        sources = {(table, field): targets for table, field, targets in REFERENCES if len(targets) == 1}
        for name, (sheet, fields, count) in self._sheets.items():
            for column, field in enumerate(fields):
                info = TABLES[name].model_fields[field] if name in TABLES else None
                choices = (
                    () if info is None or get_origin(info.annotation) is tuple else _choices(info.annotation)
                )
                rule: dict[str, Any] = {"validate": "list", "error_type": "warning"}
                targets = sources.get((name, field))
                if choices:
                    rule["source"] = [label_of_choice(field, choice, self._lang) for choice in choices]
                elif targets and targets[0] in self._sheets:
                    rule["source"] = self._ids_of(targets[0])
                else:
                    continue
                sheet.data_validation(1, column, count + _ROOM, column, rule)

    def _ids_of(self, table: str) -> str:
        from xlsxwriter.utility import xl_col_to_name

        _, fields, count = self._sheets[table]
        letter = xl_col_to_name(list(fields).index("id"))
        return f"='{label_of_table(table, self._lang)}'!${letter}$2:${letter}${count + _ROOM + 1}"


def _change(scenario: str, change: Change, lang: str) -> list[object]:
    said = given(change)
    table = change.table
    cells: dict[str, object] = {
        "scenario": scenario,
        "op": change.op,
        "table": label_of_table(table, lang) if table in TABLES else table,
        "field": change.field,
        "by": change.by,
        "where": write_pairs(change.where) or None,
        "rows": "\n".join(map(write_pairs, change.rows)) or None,
        "value": write_value(change.value) if "value" in said else None,
    }
    return [cells[name] for name in SHEETS["changes"]]


def _choices(annotation: Any) -> tuple[object, ...]:
    """The values of a Literal, wherever it stands in an annotation; yes and no for a truth value."""
    if annotation is bool:
        return ()
    if str(get_origin(annotation)) == "typing.Literal":
        return get_args(annotation)
    return next((found for one in get_args(annotation) if (found := _choices(one))), ())


def _is_text(annotation: Any) -> bool:
    return annotation is str or any(_is_text(one) for one in get_args(annotation))


def _check_size(region: Region, file: str) -> None:
    faults: list[Fault] = []
    for name in TABLES:
        rows = getattr(region, name)
        if len(rows) >= _MOST_ROWS:
            params = {"limit": str(_MOST_ROWS - 1)}
            faults.append(Fault("sheet_too_long", file=file, table=name, params=params))
        for i, row in enumerate(rows):
            for field, value in row:
                if isinstance(value, str) and len(value) > _MOST_CHARACTERS:
                    params = {"limit": str(_MOST_CHARACTERS)}
                    faults.append(
                        Fault("cell_too_long", file, row=i + 2, table=name, field=field, params=params)
                    )
    if faults:
        raise DataError(faults)
