"""Which coordinate system a file says it is in, and why any but WGS-84 is refused."""

from __future__ import annotations

import re

from alloc.errors import Fault
from alloc.load.cells import is_blank

WGS84 = "EPSG:4326"
SAME = (WGS84, "OGC:CRS84", "urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326")
"""How layers name WGS-84."""

_CHINESE = {
    "crs_gcj02": re.compile(r"gcj[-_ ]?0?2|amap|autonavi|gaode|mars|高德|火星|腾讯|tencent", re.IGNORECASE),
    "crs_bd09": re.compile(r"bd[-_ ]?0?9|baidu|百度", re.IGNORECASE),
}


def crs_rule(name: object) -> str | None:
    """The rule that a coordinate system breaks; None for WGS-84, named as ``EPSG:4326``."""
    if is_blank(name):
        return "crs_missing"
    text = str(name).strip()
    if text == WGS84:
        return None
    for rule, pattern in _CHINESE.items():
        if pattern.search(text):
            return rule
    return "crs_other"


def check_crs(crs: object, shown: str | None, layer: str | None, table: str, faults: list[Fault]) -> None:
    """A layer must be in the coordinate system that region files are kept in."""
    if crs in SAME:
        return
    rule = "layer_crs_missing" if is_blank(crs) else crs_rule(crs) or "crs_other"
    value = None if is_blank(crs) else str(crs)
    faults.append(Fault(rule, file=shown, sheet=layer, table=table, value=value))
