"""Floor 7. National and equity indicators of a region or plan, before and after.

The table of all of them stands in `alloc.indicators.registry`.
"""

from alloc.indicators.indicator import Indicator
from alloc.indicators.names import scope_name
from alloc.indicators.registry import BY_SUBJECT, INDICATORS, indicators

__all__ = ["BY_SUBJECT", "INDICATORS", "Indicator", "indicators", "scope_name"]
