"""How an input is spoilt, and what is asked of every refusal: place, value, rule, remedy, no other exception.

A damage is one function that spoils a good input on the disk. `where` is what the fault must name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from alloc import labels
from alloc.cli import main
from alloc.errors import DataError, Fault
from alloc.instance.change import apply_scenario, find_scenario
from alloc.load import load_model, load_region


@dataclass(frozen=True)
class Damage:
    """``source``: the fixture that is spoilt. ``rule``: what must be told, at ``where``.

    ``is_alone``: nothing is told beside it, as its consequence.
    """

    name: str
    source: str
    spoil: Callable[[Path], object]
    rule: str
    where: dict[str, Any]
    is_alone: bool = False


def alone(damage: Damage) -> Damage:
    """The same, with nothing else to be told."""
    return replace(damage, is_alone=True)


def edit(file: str, old: str, new: str) -> Callable[[Path], object]:
    """Replace the first occurrence of a text in a file beside the input (or the input itself)."""

    def spoil(path: Path) -> None:
        target = path.parent / file
        text = target.read_text(encoding="utf-8")
        assert old in text, f"{old!r} does not occur in {file}"
        target.write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


def put(sheet: str, cell: str, value: object) -> Callable[[Path], object]:
    """Write one cell of a workbook."""
    return in_book(lambda book: book[sheet].__setitem__(cell, value))


def in_book(spoil: Callable[[Any], object]) -> Callable[[Path], object]:
    """Change a workbook as Excel would."""

    def spoilt(path: Path) -> None:
        book = openpyxl.load_workbook(path)
        spoil(book)
        book.save(path)

    return spoilt


def raw(file: str, content: bytes) -> Callable[[Path], object]:
    """Replace the bytes of a file."""
    return lambda path: (path.parent / file).write_bytes(content)


def at(file: str, row: int | None = None, column: str | None = None, **more: object) -> dict[str, Any]:
    parts = {"file": file, "row": row, "column": column, **more}
    return {name: part for name, part in parts.items() if part is not None}


def csv(
    name: str, table: str, old: str, new: str, rule: str, row: int | None, column: str | None, told: str = ""
) -> Damage:
    """A damage of one CSV file of the folder, told there or in the file of another table."""
    return Damage(
        name, "folder", edit(f"{table}.csv", old, new), rule, at(f"{told or table}.csv", row, column)
    )


def manifest(name: str, old: str, new: str, rule: str, **where: object) -> Damage:
    """A damage of region.yaml."""
    return Damage(name, "folder", edit("region.yaml", old, new), rule, {"file": "region.yaml", **where})


def sheet(name: str, spoil: Callable[[Path], object], rule: str, **where: object) -> Damage:
    """A damage of the workbook."""
    return Damage(name, "workbook", spoil, rule, {"file": "region.xlsx", **where})


def json(name: str, old: str, new: str, rule: str, **where: object) -> Damage:
    """A damage of the JSON document."""
    return Damage(name, "document", edit("region.json", old, new), rule, {"file": "region.json", **where})


def model(name: str, old: str, new: str, rule: str, **where: object) -> Damage:
    """A damage of the model."""
    return Damage(name, "model", edit("model.yaml", old, new), rule, where)


def read(path: Path) -> None:
    """Read an input to the end; of a region also its scenarios."""
    if path.name == "model.yaml":
        load_model(path)
        return
    region = load_region(path)
    base = load_model({"id": "none"})
    for scenario in region.scenarios:
        apply_scenario(region, base, find_scenario(region, base, scenario.id))


def refused(damage: Damage, path: Path) -> None:
    """The input is refused, at the place and for the reason that the damage says."""
    damage.spoil(path)
    with pytest.raises(DataError) as caught:
        read(path)
    assert caught.value.exit_code == 3
    told = [fault for fault in caught.value.faults if fault.rule == damage.rule]
    assert told, [fault.message() for fault in caught.value.faults]
    place = {name: getattr(told[0], name) for name in damage.where}
    if "file" in place:
        place["file"] = Path(place["file"]).name
    assert place == damage.where
    if damage.is_alone:
        assert len(caught.value.faults) == 1, [fault.message() for fault in caught.value.faults]
    for fault in caught.value.faults:
        complete(fault)


def refused_by_the_command_line(damage: Damage, path: Path) -> None:
    """`alloc check` says so too, and exits with 3."""
    damage.spoil(path)
    done = CliRunner().invoke(main, ["check", str(path)], env={"LC_ALL": "C.UTF-8"})
    assert done.exit_code == 3, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "Traceback" not in done.output
    assert "Remedy" in done.output


def complete(fault: Fault) -> None:
    """Both languages have the rule and the remedy, on one line of bearable length."""
    for lang in labels.languages():
        assert labels.has(f"fault.{fault.rule}"), fault.rule
        assert fault._label("fault", lang), f"{fault.rule}: a parameter is missing"
        assert fault._label("remedy", lang), f"{fault.rule}: a parameter of the remedy is missing"
        assert "\n" not in fault.message(lang)
        assert len(fault.message(lang)) < 1000
