"""How many readings a reading centre can take on and still report in time: the M/M/c queue.

Images arrive at random (Poisson), each of c readers takes exponentially long, one queue, first come first
served. Erlang C is the chance that an image has to wait; from arrival to report it takes wait plus reading.

Source: Erlang (1917); Gross, Shortle, Thompson & Harris, Fundamentals of Queueing Theory, 4th ed., 2.3.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

_BISECTIONS = 200


def erlang_c(c: int, offered_load: float) -> float:
    r"""Probability that an arrival has to wait, with `c` readers and `offered_load` a = lambda / mu (erlang).

    .. math:: C(c, a) = \frac{B}{1 - \frac{a}{c}(1 - B)}, \qquad
        B_0 = 1, \quad B_k = \frac{a\,B_{k-1}}{k + a\,B_{k-1}}

    1 when a >= c: the queue grows without end. Raises ValueError on c < 0 or a load that is not finite, >= 0.
    """
    _check_readers(c)
    _check("offered_load", offered_load)
    if offered_load >= c:
        return 1.0
    blocked = 1.0
    for k in range(1, c + 1):
        blocked = offered_load * blocked / (k + offered_load * blocked)
    return blocked / (1.0 - offered_load / c * (1.0 - blocked))


def probability_reported_within(
    arrivals_per_hour: float, read_minutes: float, readers: int, limit_min: float
) -> float:
    r"""P(wait + reading <= t) in the steady state; 0 when the readers cannot keep up.

    .. math:: P(T > t) = e^{-\mu t}\left[1 + C\,\frac{1 - e^{-\mu t (c - 1 - a)}}{c - 1 - a}\right],
        \qquad a \ne c - 1

    and :math:`e^{-\mu t}[1 + C \mu t]` when :math:`a = c - 1`, with :math:`\mu` one reading each
    `read_minutes` (> 0, mean), a the offered load, t = `limit_min` (>= 0).
    """
    _check("arrivals_per_hour", arrivals_per_hour)
    _check("read_minutes", read_minutes, positive=True)
    _check("limit_min", limit_min)
    _check_readers(readers)
    load = arrivals_per_hour / 60.0 * read_minutes
    if load >= readers:
        return 0.0
    t = limit_min / read_minutes
    spare = readers - 1.0 - load
    exponent = t * spare
    alone = math.exp(-t)
    if abs(exponent) < 1.0:
        # (1 - e^-x) / x, which tends to 1: covers the case of spare = 0 without loss of digits.
        waiting = alone * t * (1.0 if exponent == 0.0 else -math.expm1(-exponent) / exponent)
    else:
        waiting = (alone - math.exp(-t * (readers - load))) / spare
    late = alone + erlang_c(readers, load) * waiting
    return min(max(1.0 - late, 0.0), 1.0)


def mean_turnaround_min(arrivals_per_hour: float, read_minutes: float, readers: int) -> float:
    r"""Mean minutes from arrival to report; infinite when the readers cannot keep up.

    .. math:: \mathrm{E}[T] = \frac{1}{\mu} + \frac{C(c, a)}{c \mu - \lambda}
    """
    _check("arrivals_per_hour", arrivals_per_hour)
    _check("read_minutes", read_minutes, positive=True)
    _check_readers(readers)
    load = arrivals_per_hour / 60.0 * read_minutes
    if load >= readers:
        return math.inf
    return read_minutes * (1.0 + erlang_c(readers, load) / (readers - load))


def largest_arrival_rate(
    readers: int, read_minutes: float, limit_min: float, *, share: float = 0.9, mean: bool = False
) -> float:
    """Most readings an hour such that a `share` of them is reported within `limit_min`.

    With `mean=True` the mean turnaround must meet the limit instead, and `share` is not used. Both get worse
    with every arrival, so bisection finds the edge; the answer is on the safe side of it. 0 when even an idle
    centre is too slow. Raises ValueError on a share outside 0..1 (both excluded).
    """
    _check_readers(readers)
    _check("read_minutes", read_minutes, positive=True)
    _check("limit_min", limit_min)
    if not mean and not 0.0 < share < 1.0:
        raise ValueError(f"share is {share}: it must lie between 0 and 1")

    def in_time(rate: float) -> bool:
        if mean:
            return mean_turnaround_min(rate, read_minutes, readers) <= limit_min
        return probability_reported_within(rate, read_minutes, readers, limit_min) >= share

    if readers == 0 or not in_time(0.0):
        return 0.0
    low, high = 0.0, 60.0 * readers / read_minutes
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        if in_time(middle):
            low = middle
        else:
            high = middle
    return low


def capacity_table(
    max_readers: int, read_minutes: float, limit_min: float, *, share: float = 0.9, mean: bool = False
) -> list[float]:
    """Readings an hour for 0, 1, ... `max_readers` readers, by `largest_arrival_rate`. Nondecreasing.

    Pooling pays: the first readers of a centre usually add less than the later ones, so the table is in
    general not concave. Ask `is_concave` before handing it to a model as a concave function.
    """
    _check_readers(max_readers)
    return [
        largest_arrival_rate(readers, read_minutes, limit_min, share=share, mean=mean)
        for readers in range(max_readers + 1)
    ]


def is_concave(table: Sequence[float], tolerance: float = 1e-9) -> bool:
    """Whether each further reader adds at most as much as the one before (relative `tolerance`)."""
    steps = [after - before for before, after in pairwise(table)]
    slack = tolerance * max((abs(entry) for entry in table), default=0.0)
    return all(later <= earlier + slack for earlier, later in pairwise(steps))


def is_superadditive(table: Sequence[float], tolerance: float = 1e-9) -> bool:
    """Whether pooled readers take on at least what two separate centres would: T[a + b] >= T[a] + T[b]."""
    slack = tolerance * max((abs(entry) for entry in table), default=0.0)
    return all(
        table[first + second] + slack >= table[first] + table[second]
        for first in range(len(table))
        for second in range(first, len(table) - first)
    )


def _check(name: str, value: float, *, positive: bool = False) -> None:
    if not math.isfinite(value) or value < 0 or (positive and value == 0):
        raise ValueError(f"{name} is {value}: it must be finite and {'> 0' if positive else '>= 0'}")


def _check_readers(readers: int) -> None:
    if readers < 0:
        raise ValueError(f"readers is {readers}: it must be >= 0")
