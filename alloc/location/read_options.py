"""Single numbers as callers hand them in: p, a radius, a share, limits. Nonsense is a UsageError."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from alloc.location.refusals import usage


def check_number(value: Any, name: str, most: float = math.inf, *, finite: bool = False) -> None:
    """A number from 0 up to ``most``; infinity is one unless ``finite``, NaN, text and True are none."""
    if not _is_number(value) or not 0.0 <= value <= most or (finite and math.isinf(value)):
        key = "number_from" if math.isinf(most) else "number_within"
        raise usage(key, name=name, value=value, most=f"{most:g}")


def check_whole(value: Any, name: str, least: int = 1) -> None:
    """A whole number from ``least`` up; 2.0 is one."""
    if not _is_number(value) or not math.isfinite(value) or value != int(value) or value < least:
        raise usage("whole_from", name=name, value=value, least=least)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
