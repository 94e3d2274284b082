"""The scope of an indicator row in words: ids become names, fixed words become labels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from alloc import labels
from alloc.indicators.registry import INDICATORS
from alloc.schema.region import Region

_KINDS = {indicator.key: indicator.scope for indicator in INDICATORS}
_NAMED_BY = {
    "exams": "modalities",
    "consultations": "specialties",
    "episodes": "conditions",
    "machines": "modalities",
}
"""First part of a scope -> the table whose id is the second part."""
_ID_OF = {
    "place": ("places",),
    "age_band": ("age_bands",),
    "modality": ("modalities",),
    "facility_modality": ("facilities", "modalities"),
}
"""Kinds of scope that are ids only -> the table of each part."""


class Named(Protocol):
    """A row with an id and names."""

    @property
    def id(self) -> str:
        """The id."""

    @property
    def name_zh(self) -> str:
        """The Chinese name, may be empty."""

    @property
    def name_en(self) -> str:
        """The English name, may be empty."""


def scope_name(indicator: str, scope: str, region: Region, lang: str) -> str:
    """The ``scope`` of a row of ``indicator`` as a reader of ``lang`` reads it.

    Raises KeyError for an unknown indicator; an id that the region does not hold stands as it is.
    """
    parts = scope.split("/")
    tables = _ID_OF.get(_KINDS[indicator])
    if tables is not None:
        words = [_name(getattr(region, table), part, lang) for table, part in zip(tables, parts, strict=True)]
    else:
        words, table = [], ""
        for part in parts:
            words.append(_name(getattr(region, table), part, lang) if table else _word(part, lang))
            table = _NAMED_BY.get(part, "") if not table else ""
    return labels.text("indicator_scope.separator", lang).join(words)


def _word(part: str, lang: str) -> str:
    return labels.text(f"indicator_scope.{part}", lang)


def _name(rows: Iterable[Named], row_id: str, lang: str) -> str:
    for row in rows:
        if row.id == row_id:
            return (row.name_zh if lang == "zh" else row.name_en) or row.name_en or row.name_zh or row_id
    return row_id
