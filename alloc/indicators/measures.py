"""Measures of access and equity, on plain arrays.

Every function takes arrays of finite numbers and raises ValueError, naming the position, on NaN, infinity or
a negative amount: one NaN in a mean or a catchment would otherwise spoil all results without a word. A place
without any reachable facility is given a large finite travel time, or its pairs are left out (`pairs=`).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IndexPairs = tuple[ArrayLike, ArrayLike]


class Agglomeration(NamedTuple):
    """Agglomeration of each place; one array of length n_places each, without unit."""

    resource_degree: FloatArray
    population_degree: FloatArray
    ratio: FloatArray


def two_step_floating_catchment(
    demand: ArrayLike,
    supply: ArrayLike,
    minutes: ArrayLike,
    catchment_min: float,
    *,
    pairs: IndexPairs | None = None,
) -> FloatArray:
    r"""Accessibility of each place by the two-step floating catchment area method (2SFCA).

    .. math:: R_j = \frac{S_j}{\sum_{k:\,t_{kj} \le t_0} D_k}, \qquad A_i = \sum_{j:\,t_{ij} \le t_0} R_j

    `demand` (n_places; people), `supply` (n_facilities; doctors, beds ...), `minutes` (n_places x
    n_facilities), `catchment_min` is t_0, included. With `pairs = (place index, facility index)`, `minutes`
    has one entry a pair and pairs not listed count as out of reach. Returns supply units a person, n_places.

    A facility whose catchment holds no demand serves nobody: its ratio is 0, so the supply is lost from the
    total, as it is in fact. Raises ValueError on wrong shapes, NaN, infinite or negative values.

    Source: Radke & Mu (2000), Geographic Information Sciences 6(2):105-112; Luo & Wang (2003), Environment
    and Planning B 30(6):865-884.
    """
    return _floating_catchment(demand, supply, minutes, catchment_min, pairs, gaussian=False)


def enhanced_two_step_floating_catchment(
    demand: ArrayLike,
    supply: ArrayLike,
    minutes: ArrayLike,
    catchment_min: float,
    *,
    pairs: IndexPairs | None = None,
) -> FloatArray:
    r"""As `two_step_floating_catchment`, pairs weighted by a Gaussian that falls to 0 at the edge (E2SFCA).

    .. math:: R_j = \frac{S_j}{\sum_k D_k\,g(t_{kj})}, \qquad A_i = \sum_j R_j\,g(t_{ij})

    with g of `gaussian_weight`. Shapes, units and errors as there.

    Source: Luo & Qi (2009), Health & Place 15(4):1100-1107, for weights in both steps; Dai (2010), Health &
    Place 16(5):1038-1052, for the Gaussian.
    """
    return _floating_catchment(demand, supply, minutes, catchment_min, pairs, gaussian=True)


def gaussian_weight(minutes: ArrayLike, catchment_min: float) -> FloatArray:
    r"""Weight of a trip: 1 at the door, 0 at the edge of the catchment and beyond.

    .. math:: g(t) = \frac{e^{-\frac12 (t/t_0)^2} - e^{-\frac12}}{1 - e^{-\frac12}} \quad (t \le t_0)

    Any shape; `minutes` >= 0, `catchment_min` (t_0) > 0. Source: Dai (2010), Health & Place 16(5):1038-1052.
    """
    times = _amounts("minutes", minutes)
    _positive("catchment_min", catchment_min)
    edge = np.exp(-0.5)
    weight = (np.exp(-0.5 * (np.minimum(times / catchment_min, 1.0)) ** 2) - edge) / (1.0 - edge)
    return np.asarray(np.clip(weight, 0.0, 1.0), dtype=np.float64)


def weighted_gini(values: ArrayLike, weights: ArrayLike) -> float:
    r"""Gini coefficient of `values` (amount a unit of weight: beds a head, doctors a km2), 0..1.

    .. math:: G = \frac{\sum_i \sum_j w_i w_j\,|x_i - x_j|}{2\,\bar x\,W^2},
        \qquad W = \sum_i w_i, \quad \bar x = \frac{1}{W}\sum_i w_i x_i

    `weights` are residents (population-weighted) or km2 (area-weighted). Entries of weight 0 do not count.
    When all values are 0, everybody has the same: 0. Computed from the Lorenz curve in O(n log n).

    Raises ValueError on wrong shapes, NaN, infinite or negative values, or when all weights are 0.
    Source: Lerman & Yitzhaki (1989), Journal of Econometrics 42(1):43-47.
    """
    x, w = _aligned("values", values, "weights", weights)
    _some_weight("weights", w)
    kept = w > 0
    x, w = x[kept], w[kept] / w.max()
    if x.max() == 0:
        return 0.0
    order = np.argsort(x, kind="stable")
    x, w = x[order] / x.max(), w[order]
    below = np.concatenate([[0.0], np.cumsum(w * x)])
    total = below[-1]
    if total == 0:  # the only amounts belong to weights too small for a float beside the others
        return 1.0
    lorenz_area_twice = float(np.sum(w * (below[1:] + below[:-1])) / (w.sum() * total))
    return min(max(1.0 - lorenz_area_twice, 0.0), 1.0)


def agglomeration_degree(resources: ArrayLike, area_km2: ArrayLike, residents: ArrayLike) -> Agglomeration:
    r"""Agglomeration degree of a health resource and of the population, place by place (n_places each).

    .. math:: \mathrm{HRAD}_i = \frac{HR_i / \sum_k HR_k}{A_i / \sum_k A_k}, \qquad
        \mathrm{PAD}_i = \frac{P_i / \sum_k P_k}{A_i / \sum_k A_k}

    HRAD (`resource_degree`) = 1: the resource is spread like the area; HRAD / PAD (`ratio`) = 1: it is where
    the people are; above 1 more than that, below 1 less. The ratio of a place without residents is NaN: there
    is nobody to be short of it.

    Raises ValueError on wrong shapes, NaN, infinite or negative values, an area of 0, or a total of 0.
    Source: the method as in 陈鑫琳 et al. (2023) 基于集聚度的湖北省基层卫生资源配置公平性研究,
    中国卫生事业管理 40(2):117-121.
    """
    amount, area = _aligned("resources", resources, "area_km2", area_km2)
    people, _ = _aligned("residents", residents, "area_km2", area_km2)
    if np.any(area <= 0):
        raise ValueError(f"area_km2[{int(np.argmax(area <= 0))}] is 0: its density is undefined")
    _some_weight("resources", amount)
    _some_weight("residents", people)
    area_share = area / area.sum()
    resource_degree = amount / amount.sum() / area_share
    population_degree = people / people.sum() / area_share
    ratio = np.full_like(resource_degree, np.nan)
    np.divide(resource_degree, population_degree, out=ratio, where=population_degree > 0)
    return Agglomeration(resource_degree, population_degree, ratio)


def share_within(minutes: ArrayLike, weights: ArrayLike, limit: float) -> float:
    r"""Share (0..1) of `weights` (people) whose `minutes` are at most `limit`, the limit included.

    .. math:: \frac{\sum_{i:\,t_i \le L} w_i}{\sum_i w_i}

    Raises ValueError on wrong shapes, NaN, infinite or negative values, or when all weights are 0.
    """
    times, people = _aligned("minutes", minutes, "weights", weights)
    _some_weight("weights", people)
    if not np.isfinite(limit):
        raise ValueError(f"limit is {limit}: it must be finite")
    people = people / people.max()
    return float(people[times <= limit].sum() / people.sum())


def weighted_mean(values: ArrayLike, weights: ArrayLike) -> float:
    r"""Mean of `values` (any unit, may be negative) over `weights` >= 0, in the unit of `values`.

    .. math:: \frac{\sum_i w_i x_i}{\sum_i w_i}

    Raises ValueError on wrong shapes, NaN or infinite values, a negative weight, or when all weights are 0.
    """
    x = _finite("values", values)
    w = _amounts("weights", weights)
    _same_length("values", x, "weights", w)
    _some_weight("weights", w)
    shares = w / w.max()
    return float(np.sum(x * (shares / shares.sum())))


def _floating_catchment(
    demand: ArrayLike,
    supply: ArrayLike,
    minutes: ArrayLike,
    catchment_min: float,
    pairs: IndexPairs | None,
    *,
    gaussian: bool,
) -> FloatArray:
    people, amount, times = _vector("demand", demand), _vector("supply", supply), _amounts("minutes", minutes)
    _positive("catchment_min", catchment_min)
    place, facility, times = _as_pairs(times, pairs, people.size, amount.size)
    near = times <= catchment_min
    place, facility, times = place[near], facility[near], times[near]
    weight = gaussian_weight(times, catchment_min) if gaussian else np.ones_like(times)
    reached = np.bincount(facility, weights=people[place] * weight, minlength=amount.size)
    ratio = np.zeros_like(amount)
    np.divide(amount, reached, out=ratio, where=reached > 0)
    access = np.bincount(place, weights=ratio[facility] * weight, minlength=people.size)
    return _finite("accessibility", access)


def _as_pairs(
    times: FloatArray, pairs: IndexPairs | None, n_places: int, n_facilities: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], FloatArray]:
    """Pairs as three vectors, from either form of input."""
    if pairs is None:
        if times.shape != (n_places, n_facilities):
            raise ValueError(
                f"minutes has shape {times.shape}; places x facilities is {(n_places, n_facilities)}"
            )
        grid = np.indices(times.shape, dtype=np.intp)
        return grid[0].ravel(), grid[1].ravel(), times.ravel()
    place, facility = np.asarray(pairs[0], dtype=np.intp), np.asarray(pairs[1], dtype=np.intp)
    if not place.shape == facility.shape == times.shape or times.ndim != 1:
        raise ValueError(f"pairs and minutes differ in shape: {place.shape}, {facility.shape}, {times.shape}")
    for name, index, size in (("place", place, n_places), ("facility", facility, n_facilities)):
        wrong = (index < 0) | (index >= size)
        if np.any(wrong):
            at = int(np.argmax(wrong))
            raise ValueError(f"pair {at}: {name} index {int(index[at])} is not in 0..{size - 1}")
    return place, facility, times


def _finite(name: str, values: ArrayLike) -> FloatArray:
    array = np.asarray(values, dtype=np.float64)
    wrong = ~np.isfinite(array)
    if np.any(wrong):
        raise ValueError(f"{name}{_position(wrong)} is {array[wrong][0]}: every entry must be finite")
    return array


def _amounts(name: str, values: ArrayLike) -> FloatArray:
    array = _finite(name, values)
    wrong = array < 0
    if np.any(wrong):
        raise ValueError(f"{name}{_position(wrong)} is {array[wrong][0]}: every entry must be >= 0")
    return array


def _vector(name: str, values: ArrayLike) -> FloatArray:
    array = _amounts(name, values)
    if array.ndim != 1:
        raise ValueError(f"{name} has shape {array.shape}: one entry each is expected")
    return array


def _aligned(name: str, values: ArrayLike, other: str, others: ArrayLike) -> tuple[FloatArray, FloatArray]:
    first, second = _amounts(name, values), _amounts(other, others)
    _same_length(name, first, other, second)
    return first, second


def _same_length(name: str, first: FloatArray, other: str, second: FloatArray) -> None:
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError(f"{name} and {other} must be of one length: {first.shape}, {second.shape}")


def _some_weight(name: str, weights: FloatArray) -> None:
    if weights.size == 0 or weights.max() <= 0:
        raise ValueError(f"{name} are all 0: nothing to measure")


def _positive(name: str, value: float) -> None:
    if not np.isfinite(value) or value <= 0:
        raise ValueError(f"{name} is {value}: it must be finite and > 0")


def _position(wrong: NDArray[np.bool_]) -> str:
    """The first true position, written as an index: '[3]' or '[3, 0]'."""
    return "[" + ", ".join(str(int(index)) for index in np.argwhere(wrong)[0]) + "]"
