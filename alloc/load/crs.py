"""Which coordinate system a file says it is in, and why any but WGS-84 is refused."""

from __future__ import annotations

import re

from alloc.load.cells import is_blank

WGS84 = "EPSG:4326"
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
