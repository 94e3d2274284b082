"""Numbers as callers hand them in, one a client, one a site or a whole matrix: checked, as float64.

A pandas object is known by its attributes (``index``, ``to_numpy``): the engine never imports pandas.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alloc.location.costs import Ids
from alloc.location.pairs import Mask, Values
from alloc.location.refusals import FEW, FaultList, usage

MOST = 1e12
"""Beyond it sums of float64 lose what they are about; where a 'big M' was meant, infinity says it."""
LEAST = 1e-100
"""Below it, and above 0, products of float64 come to nothing; where nothing was meant, 0 says it."""
_NO_NUMBERS = (str, bytes, bool, np.bool_, complex, np.complexfloating)
_MISSING = ("NAType", "NaTType", "NoneType")


@dataclass(frozen=True)
class Place:
    """Whose numbers these are: of a ``client``, a ``site`` or a ``pair``, and how one is named in a fault."""

    kind: str
    name_of: Callable[[tuple[int, ...]], str]


def ids_of(labels: Sequence[Hashable] | Any) -> Ids:
    """Ids as an array of objects, also where they are tuples."""
    listed = list(labels)
    ids = np.empty(len(listed), dtype=object)
    for number, one in enumerate(listed):
        ids[number] = one
    return ids


def as_floats(given: Any, n_dimensions: int, where: str, place: Place, faults: FaultList) -> Values:
    """Any array-like as float64; cells that are no numbers are faults, and NaN in what is returned.

    A missing value (None, pandas' NA) is NaN. Raises UsageError where the shape is not one of an array.
    """
    try:
        raw = np.asarray(given)
    except (ValueError, TypeError) as error:
        raise usage("ragged", name=where) from error
    if raw.ndim != n_dimensions:
        raise usage(f"dimensions_{n_dimensions}", name=where, n=raw.ndim)
    if raw.dtype.kind in "fiu":
        return np.asarray(raw, dtype=float)
    if raw.dtype.kind in "US":  # one text among numbers makes texts of them all
        raw = np.asarray(given, dtype=object)
    return _cell_by_cell(raw, where, place, faults)


def _cell_by_cell(raw: NDArray[Any], where: str, place: Place, faults: FaultList) -> Values:
    values: Values = np.full(raw.shape, np.nan)
    wrong: list[tuple[int, ...]] = []
    for at in np.ndindex(raw.shape):
        cell: Any = raw[at]
        if type(cell).__name__ in _MISSING:
            continue
        try:
            # Text and True are no costs: digits in quotes are more often ids that lost their column.
            values[at] = float("x") if isinstance(cell, _NO_NUMBERS) else float(cell)
        except (TypeError, ValueError, OverflowError):
            wrong.append(at)
            values[at] = 0.0
    found = ({"value": raw[at], "id": place.name_of(at)} for at in wrong)
    faults.add_all(f"not_a_number_{place.kind}", where, found, len(wrong))
    return values


def check_bounds(
    values: Values, where: str, place: Place, faults: FaultList, *, infinite: bool = False
) -> None:
    """Faults for what is missing (NaN), negative, above `MOST`, below `LEAST` but not 0 or, unless
    ``infinite``, not finite.
    """
    # One pass decides where all is well: a comparison with NaN is false.
    low = (values >= LEAST) | (values == 0.0)
    if (low & ((values <= MOST) | (infinite & (values == np.inf)))).all():
        return
    _add(values, np.isnan(values), "missing", where, place, faults)
    _add(values, values < 0.0, "negative", where, place, faults)
    _add(values, (values > MOST) & (values < np.inf), "too_large", where, place, faults)
    _add(values, (values > 0.0) & (values < LEAST), "too_small", where, place, faults)
    if not infinite:
        _add(values, np.isposinf(values), "infinite", where, place, faults)


def _add(values: Values, wrong: Mask, rule: str, where: str, place: Place, faults: FaultList) -> None:
    n = int(wrong.sum())
    first = np.argwhere(wrong)[:FEW].tolist() if n else []
    found = (
        {"value": None if rule == "missing" else f"{values[tuple(at)]:g}", "id": place.name_of(tuple(at))}
        for at in first
    )
    faults.add_all(f"{rule}_{place.kind}", where, found, n)


def read_numbers(
    ids: Ids, kind: str, given: Any, name: str, faults: FaultList, *, infinite: bool = False
) -> Values:
    """One number a client or a site (``kind``), not negative.

    ``given`` is one number for all, an array or list in the order of the ids, or a mapping or Series by id. A
    missing or unknown id is a fault, as is a number that is missing, negative or, unless ``infinite``, not
    finite. Raises UsageError for a wrong length.
    """
    place = Place(kind, lambda at: str(ids[at[0]]))
    if isinstance(given, (int, float, np.number)) and not isinstance(given, bool):
        given = np.full(len(ids), float(given))
    elif isinstance(given, Mapping):
        given = _by_id(ids, kind, dict(given), name, faults)
    elif hasattr(given, "index") and hasattr(given, "to_numpy"):
        given = _by_id(ids, kind, _series(given, kind, name, faults), name, faults)
    values = as_floats(given, 1, name, place, faults)
    if len(values) != len(ids):
        raise usage(f"length_{kind}", name=name, n=len(values), wanted=len(ids))
    check_bounds(values, name, place, faults, infinite=infinite)
    return values


def _series(given: Any, kind: str, name: str, faults: FaultList) -> dict[Hashable, Any]:
    """A Series as a mapping. Raises UsageError for a table of several columns."""
    if getattr(given, "ndim", 1) != 1:
        raise usage("dimensions_1", name=name, n=given.ndim)
    keys, cells = list(given.index), list(given.to_numpy())
    check_ids(ids_of(keys), kind, name, faults)
    return dict(zip(keys, cells, strict=True))


def _by_id(ids: Ids, kind: str, given: dict[Hashable, Any], name: str, faults: FaultList) -> list[Any]:
    known = set(ids)
    absent = [one for one in ids if one not in given]
    odd = [one for one in given if one not in known]
    faults.add_all(f"absent_{kind}", name, ({"id": one} for one in absent), len(absent))
    faults.add_all(f"unknown_{kind}", name, ({"value": one} for one in odd), len(odd))
    return [given.get(one, 0.0) for one in ids]


def check_ids(ids: Ids, kind: str, where: str, faults: FaultList) -> None:
    """Faults for ids that are missing, cannot be looked up, or stand there twice."""
    seen: set[Hashable] = set()
    twice: dict[Hashable, None] = {}
    for number, one in enumerate(ids):
        try:
            missing = type(one).__name__ in _MISSING or bool(one != one)  # NaN alone is not itself
            if missing:
                faults.add(f"id_missing_{kind}", where, number=number)
            elif one in seen:
                twice[one] = None
            seen.add(one)
        except (TypeError, ValueError):
            faults.add(f"id_odd_{kind}", where, one)
    faults.add_all(f"id_twice_{kind}", where, ({"value": one} for one in twice), len(twice))
