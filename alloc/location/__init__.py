"""Where to put what: the fast exact engine for siting questions, on numpy, scipy and HiGHS alone.

| file | subject |
|---|---|
| `inputs.py`, `read_*.py`, `refusals.py` | what the caller hands in, checked; how it is refused |
| `points.py`, `roads.py` | costs between layers of points, along a road network |
| `files/` | benchmark formats, CSV tables, layers in files |
| `costs.py`, `pairs.py` | costs by matrix, sparse pairs or coordinates; pairs in order of cost |
| `siting.py`, `answer.py` | the question by position, the answer by id |
| `median/` | p-median, its equity form, facilities without capacity |
| `capacity/` | facilities with a fixed cost and a capacity, capacitated p-median |
| `covering/` | set covering, maximal covering, p-center, p-dispersion |
| `plain/` | every problem once more as a plain Pyomo model, to read and to check against |

The functions are imported on first use. No file or folder here is called like one of them: Python would hand
out the module in its place.
"""

from typing import TYPE_CHECKING

from alloc.lazy import on_first_use

if TYPE_CHECKING:
    from alloc.location.answer import Answer
    from alloc.location.capacity.fixed_charge import facility_location
    from alloc.location.capacity.p_median import capacitated_p_median
    from alloc.location.covering.max_cover import max_cover
    from alloc.location.covering.p_center import p_center
    from alloc.location.covering.p_dispersion import p_dispersion
    from alloc.location.covering.set_cover import set_cover
    from alloc.location.median.equity import equity_p_median
    from alloc.location.median.p_median import p_median
    from alloc.location.points import between
    from alloc.location.roads import along_roads

_HOMES = {
    "Answer": "alloc.location.answer",
    "along_roads": "alloc.location.roads",
    "between": "alloc.location.points",
    "capacitated_p_median": "alloc.location.capacity.p_median",
    "equity_p_median": "alloc.location.median.equity",
    "facility_location": "alloc.location.capacity.fixed_charge",
    "max_cover": "alloc.location.covering.max_cover",
    "p_center": "alloc.location.covering.p_center",
    "p_dispersion": "alloc.location.covering.p_dispersion",
    "set_cover": "alloc.location.covering.set_cover",
    "p_median": "alloc.location.median.p_median",
}

__all__ = [
    "Answer",
    "along_roads",
    "between",
    "capacitated_p_median",
    "equity_p_median",
    "facility_location",
    "max_cover",
    "p_center",
    "p_dispersion",
    "p_median",
    "set_cover",
]

__getattr__, __dir__ = on_first_use(__name__, _HOMES)
