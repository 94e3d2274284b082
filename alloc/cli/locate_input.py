"""What `alloc locate` reads: a matrix, pairs, two layers of points, or a benchmark file."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from alloc.cli.locate_problems import PROBLEMS
from alloc.errors import UsageError
from alloc.location.costs import Costs
from alloc.location.files.instance import SitingInstance
from alloc.location.files.layers import numbers_of, read_points
from alloc.location.files.recognise import READERS, read_instance
from alloc.location.files.tables import TextTable, numbers_by_id, read_matrix, read_pairs, read_table
from alloc.location.points import between

_CSV: Final = (".csv", ".tsv")
_LAYERS: Final = (".gpkg", ".geojson", ".json")
_PAIR_WORDS: Final = (
    ("client", "origin", "demand_point", "需求点"),
    ("site", "destination", "facility", "设施点"),
    ("cost", "minutes", "km", "distance", "meters", "metres", "费用", "距离"),
)
_UNITS: Final = {"great_circle_km": "km", "great_circle_m": "m"}
_KINDS: Final = {"weights": "client", "demand": "client", "capacity": "site", "fixed_cost": "site"}


@dataclass(frozen=True, eq=False)
class Question:
    """Costs and what came with them; `layers` hold the points of clients and sites where there are some."""

    problem: str
    costs: Costs
    unit: str = ""
    instance: SitingInstance | None = None
    layers: Mapping[str, Any] | None = None

    def value(self, name: str, given: Any) -> Any:
        """An option's value: numbers for what names a column or a file, else as it was given.

        What a benchmark file says holds where nothing is given.
        """
        if name in _KINDS and given is not None:
            return self._numbers(name, str(given))
        if given is not None and given is not False and given != ():
            return given
        return self._own(name)

    def site_ids_of(self, texts: Iterable[str]) -> list[Hashable]:
        """Ids as the costs know them; one that is unknown stays text, and is told as a fault later."""
        known = {str(one): one for one in self.costs.site_ids}
        return [known.get(text, text) for text in texts]

    def _own(self, name: str) -> Any:
        if self.instance is None:
            return "per_unit" if name == "cost_is" else None
        if name == "weights" and not PROBLEMS[self.problem].clients:
            return None  # demand says how much clients count, not how far apart sites should be
        if name == "weights":
            return self.instance.demand if self.instance.cost_is == "per_unit" else None
        return getattr(self.instance, name, None)

    def _numbers(self, name: str, text: str) -> Any:
        kind = _KINDS[name]
        number = _number(text)
        if number is not None:
            return number
        layer = (self.layers or {}).get(f"{kind}s")
        if layer is not None and text in list(layer.columns):
            return numbers_of(layer, text)
        ids = self.costs.client_ids if kind == "client" else self.costs.site_ids
        file, column = (text, None) if Path(text).is_file() else _file_and_column(text)
        if Path(file).suffix.lower() in _CSV or layer is None:
            return numbers_by_id(read_table(file), list(ids), kind, column)
        known = ", ".join(str(column) for column in layer.columns)
        option = "--" + name.replace("_", "-")
        raise UsageError(label="cli.locate.error.no_such_column", option=option, value=text, known=known)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _file_and_column(text: str) -> tuple[str, str | None]:
    """``FILE:COLUMN``, for a table with several columns."""
    file, _, column = text.rpartition(":")
    return (file, column) if Path(file).suffix.lower() in _CSV else (text, None)


def read_question(problem: str, given: Mapping[str, Any]) -> Question:
    """Read the files. Raises UsageError, or DataError with their faults."""
    files = dict(zip(("clients", "sites"), given["inputs"], strict=False))
    layered = {name: given[name] or files.get(name) for name in ("clients", "sites")}
    n_inputs = len(given["inputs"])
    by_option = bool(given["clients"] or given["sites"])
    if n_inputs > 2 or (n_inputs and by_option):
        raise UsageError(label="cli.locate.error.inputs", n=n_inputs)
    if not PROBLEMS[problem].clients and (given["sites"] or _is_layer(given, files.get("clients"))):
        only = given["sites"] or files["clients"]
        return _from_layers(problem, {"clients": only, "sites": only}, given)
    if by_option or n_inputs == 2:
        if None in layered.values():
            raise UsageError(label="cli.locate.error.both_layers")
        return _from_layers(problem, layered, given)
    if not n_inputs:
        raise UsageError(label="cli.locate.error.no_input")
    if given["status"] is not None:
        raise UsageError(label="cli.locate.error.layers_only", option="--status")
    return _from_file(problem, files["clients"], given)


def _is_layer(given: Mapping[str, Any], name: str | None) -> bool:
    return name is not None and given["file_format"] is None and Path(name).suffix.lower() in _LAYERS


def _from_layers(problem: str, names: Mapping[str, Any], given: Mapping[str, Any]) -> Question:
    layers = {kind: read_points(name) for kind, name in names.items()}
    options = {"detour": given["detour"], "status": given["status"]}
    costs = between(layers["clients"], layers["sites"], metric=given["metric"], **options)
    projected = getattr(layers["sites"], "crs", None) is not None
    unit = _UNITS.get(costs.metric.name, "m" if projected else "")
    return Question(problem, costs, unit, layers=layers)


def _from_file(problem: str, name: str, given: Mapping[str, Any]) -> Question:
    file_format = given["file_format"]
    if file_format in READERS or (file_format is None and Path(name).suffix.lower() not in _CSV):
        instance = read_instance(name, file_format)
        return Question(problem, instance.costs, instance=instance)
    table = read_table(name)
    columns = _pair_columns(table, given["columns"], file_format)
    return Question(problem, read_matrix(table) if columns is None else read_pairs(table, columns))


def _pair_columns(
    table: TextTable, columns: str | None, file_format: str | None
) -> tuple[str, str, str] | None:
    """The columns of client, site and cost; None for a matrix."""
    if columns is not None:
        names = [name.strip() for name in columns.split(",")]
        if len(names) != 3:
            raise UsageError(label="cli.locate.error.columns", value=columns)
        return names[0], names[1], names[2]
    found = [next((name for name in table.header if name.lower() in words), None) for words in _PAIR_WORDS]
    if file_format == "matrix" or (None in found and file_format is None):
        return None
    if None in found:
        raise UsageError(label="cli.locate.error.columns", value=", ".join(table.header))
    return str(found[0]), str(found[1]), str(found[2])
