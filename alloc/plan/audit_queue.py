"""The audit's own evaluation of a reading room as M/M/c, apart from the one behind the model's table.

From the definition of Erlang C (Gross, Shortle, Thompson & Harris, Fundamentals of Queueing Theory, 4th ed.,
2.3): Poisson probabilities for the waiting, and the sum of two exponential times for the turnaround.
"""

from __future__ import annotations

import math

from alloc.schema.model import ImagingStandards

_ALIKE = 1e-6


def chance_of_waiting(readers: int, offered_load: float) -> float:
    """Erlang C from its definition; 1 when the readers cannot keep up. ``offered_load`` in erlang."""
    if offered_load <= 0.0:
        return 0.0
    if offered_load >= readers:
        return 1.0
    weights = [
        math.exp(k * math.log(offered_load) - math.lgamma(k + 1) - offered_load) for k in range(readers + 1)
    ]
    waiting = weights[-1] * readers / (readers - offered_load)
    return waiting / (sum(weights[:-1]) + waiting)


def late_share(readers: int, reads_per_hour: float, read_min: float, limit_min: float) -> float:
    """Share of studies whose wait and reading together take longer than ``limit_min``."""
    load = reads_per_hour * read_min / 60.0
    if load >= readers:
        return 1.0
    reading, spare = 1.0 / read_min, (readers - load) / read_min
    waits = chance_of_waiting(readers, load)
    alone = math.exp(-reading * limit_min)
    if abs(spare - reading) <= _ALIKE * reading:
        after_waiting = alone * (1.0 + reading * limit_min)
    else:
        after_waiting = (spare * alone - reading * math.exp(-spare * limit_min)) / (spare - reading)
    return (1.0 - waits) * alone + waits * after_waiting


def mean_report_min(readers: int, reads_per_hour: float, read_min: float) -> float:
    """Mean minutes from arrival to report; infinite when the readers cannot keep up."""
    load = reads_per_hour * read_min / 60.0
    if load >= readers:
        return math.inf
    return read_min + chance_of_waiting(readers, load) * read_min / (readers - load)


def keeps_the_standard(
    standards: ImagingStandards, readers: int, reads_per_hour: float, read_min: float
) -> bool:
    """Whether so many readers on duty keep the report standard in the peak hour."""
    if standards.report_share is None:
        return mean_report_min(readers, reads_per_hour, read_min) <= standards.report_within_min * (
            1.0 + 1e-9
        )
    late = late_share(readers, reads_per_hour, read_min, standards.report_within_min)
    return late <= 1.0 - standards.report_share + 1e-9
