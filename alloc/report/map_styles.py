"""How QGIS draws the layers of a plan: places by unmet need, facilities by tier, flows by kind.

A table ``layer_styles`` in a GeoPackage holds styles; QGIS opens each layer in the one that is its default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args
from xml.etree.ElementTree import Element, SubElement, tostring

from alloc import labels
from alloc.plan.flows import FlowKind
from alloc.report.geopackage import Layer, SqlType
from alloc.report.words import code_word, share
from alloc.schema.facilities import Tier

_COLUMNS: Final[list[tuple[str, SqlType]]] = [
    ("f_table_catalog", "TEXT"),
    ("f_table_schema", "TEXT"),
    ("f_table_name", "TEXT"),
    ("f_geometry_column", "TEXT"),
    ("styleName", "TEXT"),
    ("styleQML", "TEXT"),
    ("styleSLD", "TEXT"),
    ("useAsDefault", "BOOLEAN"),
    ("description", "TEXT"),
    ("owner", "TEXT"),
    ("ui", "TEXT"),
    ("update_time", "TEXT"),
]
_UNMET: Final = (
    (0.0, "26,152,80,255"),
    (0.005, "145,207,96,255"),
    (0.02, "254,224,139,255"),
    (0.05, "252,141,89,255"),
    (0.1, "215,48,39,255"),
)
"""Shares of need unmet from which a place has a colour."""
_TIERS: Final[dict[Tier, tuple[float, str]]] = {
    "village": (1.6, "198,219,239,255"),
    "township": (2.4, "107,174,214,255"),
    "county": (3.6, "33,113,181,255"),
    "city": (4.4, "8,48,107,255"),
}
"""Size in mm and colour."""
_FLOWS: Final[dict[FlowKind, tuple[float, str]]] = {
    "exam": (0.2, "150,150,150,160"),
    "consultation": (0.2, "86,180,233,160"),
    "tele_consultation": (0.2, "86,180,233,160"),
    "first_contact": (0.2, "200,200,200,160"),
    "up_referral": (0.4, "213,94,0,200"),
    "step_down": (0.4, "0,158,115,200"),
    "reading": (0.6, "0,114,178,220"),
    "outreach": (0.6, "204,121,167,220"),
    "machine_move": (0.9, "0,0,0,255"),
}
"""Width in mm and colour, of kinds that tell people apart who do not see red or green."""


@dataclass(frozen=True)
class _Class:
    """What is drawn alike: its attributes in the renderer, and the properties of its symbol."""

    attributes: dict[str, str]
    symbol: dict[str, str]


def style_table(told: str, lang: str, last_change: str) -> Layer:
    """The table that QGIS reads, described by ``told``; its legends are in ``lang``."""
    styles = {"places": _places(lang), "facilities": _facilities(lang), "flows": _flows(lang)}
    rows = [
        ("", "", layer, "geom", layer, qml, "", True, "", "", "", last_change)
        for layer, qml in styles.items()
    ]
    return Layer("layer_styles", told, _COLUMNS, rows)


def _places(lang: str) -> str:
    """Rings, so that a facility in the same spot is seen."""
    uppers = [least for least, _ in _UNMET[1:]] + [1.0]
    classes = []
    for (lower, color), upper in zip(_UNMET, uppers, strict=True):
        symbol = {
            "name": "circle",
            "color": "255,255,255,0",
            "outline_color": color,
            "outline_width": "1.4",
            "size": "6",
        }
        label = f"{code_word('ends', 'unmet', lang)} {share(lower)} - {share(upper)}"
        classes.append(_Class({"lower": str(lower), "upper": str(upper), "label": label}, symbol))
    name = f'"name_{lang}"'
    return _qml("marker", "SimpleMarker", "graduatedSymbol", "share_unmet", classes, name)


def _facilities(lang: str) -> str:
    """By tier; those that are not open are hollow."""
    classes = [
        _Class({"value": tier, "label": code_word("tier", tier, lang)}, _square(size, color))
        for tier, (size, color) in _TIERS.items()
    ]
    told = {"value": "", "label": labels.text("plan.say.not_open", lang)}
    classes.append(_Class(told, _square(_TIERS["township"][0], "255,255,255,0")))
    name = f"""if("tier" IN ('county', 'city'), "name_{lang}", '')"""
    return _qml("marker", "SimpleMarker", "categorizedSymbol", """if("open", "tier", '')""", classes, name)


def _square(size: float, color: str) -> dict[str, str]:
    return {"name": "square", "color": color, "outline_color": "60,60,60,255", "size": str(size)}


def _flows(lang: str) -> str:
    classes = [
        _Class(
            {"value": kind, "label": code_word("flow", kind, lang)},
            {"line_color": _FLOWS[kind][1], "line_width": str(_FLOWS[kind][0])},
        )
        for kind in get_args(FlowKind)
    ]
    return _qml("line", "SimpleLine", "categorizedSymbol", "kind", classes)


def _qml(
    symbol_type: str, symbol_class: str, renderer: str, attribute: str, classes: list[_Class], name: str = ""
) -> str:
    """A style as QGIS writes it, with an expression to label by."""
    root = Element(
        "qgis", version="3.22", styleCategories="Symbology|Labeling", labelsEnabled=str(int(bool(name)))
    )
    drawn = SubElement(root, "renderer-v2", type=renderer, attr=attribute, graduatedMethod="GraduatedColor")
    kind = "range" if renderer == "graduatedSymbol" else "category"
    listed = SubElement(drawn, {"range": "ranges", "category": "categories"}[kind])
    symbols = SubElement(drawn, "symbols")
    for n, one in enumerate(classes):
        SubElement(listed, kind, one.attributes, symbol=str(n), render="true")
        symbol = SubElement(symbols, "symbol", type=symbol_type, name=str(n))
        layer = SubElement(symbol, "layer", {"class": symbol_class}, enabled="1")
        options = SubElement(layer, "Option", type="Map")
        for key, value in one.symbol.items():
            SubElement(options, "Option", type="QString", name=key, value=value)
    if name:
        settings = SubElement(SubElement(root, "labeling", type="simple"), "settings")
        text = SubElement(settings, "text-style", fieldName=name, isExpression="1", fontSize="9")
        SubElement(text, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferColor="255,255,255,255")
        SubElement(settings, "placement", placement="6", dist="2")
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")
