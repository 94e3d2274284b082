"""Where people live and where care stands: places round county seats, hospitals, township centres."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alloc.errors import UsageError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KM_PER_DEGREE = 111.2
CENTRE_LON, CENTRE_LAT = 116.0, 32.0
COUNTY_RADIUS_KM = 26.0
SEAT_RADIUS_KM = 3.0
COUNTY_SPACING_KM = 62.0


@dataclass(frozen=True)
class Sizes:
    """How large a synthetic region is, and how tight: ``slack`` is today's usable capacity / need.

    ``machines_today`` fixes the machines of each modality and scales what one of them can do; None keeps the
    catalogue's figures and lets the number follow from need.
    """

    n_places: int = 20
    n_facilities: int = 8
    n_modalities: int = 3
    n_specialists: int = 12
    n_counties: int = 1
    n_specialties: int = 3
    n_conditions: int = 6
    urban_share: float = 0.35
    slack: float = 0.85
    residents_per_facility: float = 40_000.0
    machines_today: int | None = None
    tiny: bool = False


@dataclass(frozen=True)
class Site:
    """A facility before its figures: ``near`` is the index of the place that it stands in."""

    id: str
    tier: str
    near: int
    county: int
    lon: float
    lat: float
    operating: str


@dataclass(frozen=True)
class Land:
    """Places as arrays (lon, lat, residents by age band), the sites, and each one's lead hospital."""

    place_ids: list[str]
    lon: Floats
    lat: Floats
    county: Ints
    urban: NDArray[np.bool_]
    residents: Ints  # shape (places, age bands)
    sites: list[Site]
    place_lead: Ints  # index into sites
    site_lead: Ints  # index into sites

    @property
    def hospitals(self) -> list[int]:
        """Positions of the county hospitals in ``sites``."""
        return [i for i, site in enumerate(self.sites) if site.tier == "county"]

    @property
    def townships(self) -> list[int]:
        """Positions of the township centres in ``sites``, candidates too."""
        return [i for i, site in enumerate(self.sites) if site.tier == "township"]

    @property
    def people_near(self) -> Floats:
        """Residents of the place that each site stands in."""
        totals = self.residents.sum(axis=1)
        return np.array([float(totals[site.near]) for site in self.sites])


def km_between(lon_a: Floats, lat_a: Floats, lon_b: float, lat_b: float) -> Floats:
    """Kilometres from each of the points a to the point b on a flat map: good to 1% inside a region."""
    dx = (lon_a - lon_b) * math.cos(math.radians(lat_b))
    return np.hypot(dx, lat_a - lat_b) * KM_PER_DEGREE


def shares(n: int, parts: int) -> list[int]:
    """``n`` things over ``parts`` as evenly as whole numbers allow, the first ones larger."""
    return [n // parts + (1 if i < n % parts else 0) for i in range(parts)]


def by_weight(total: int, weights: Floats) -> Ints:
    """``total`` whole things by weight, largest remainders first: they add up exactly."""
    exact = total * weights / weights.sum()
    whole: Ints = np.floor(exact).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def make_land(rng: np.random.Generator, sizes: Sizes) -> Land:
    """Draw places, people and sites.

    Raises:
        UsageError: when there are fewer places or facilities than counties.
    """
    if not 1 <= sizes.n_counties <= min(sizes.n_places, sizes.n_facilities):
        raise UsageError("a synthetic region needs at least one place and one facility a county")
    county = np.repeat(np.arange(sizes.n_counties), shares(sizes.n_places, sizes.n_counties))
    lon, lat, urban = _places(rng, sizes, county)
    residents = _residents(rng, sizes, county, urban)
    sites: list[Site] = []
    for c, n in enumerate(shares(sizes.n_facilities, sizes.n_counties)):
        sites += _sites(rng, c, n, np.flatnonzero(county == c), (lon, lat, residents.sum(axis=1)), len(sites))
    place_lead = _nearest_lead(sites, lon, lat, county)
    site_lead = _nearest_lead(
        sites,
        np.array([s.lon for s in sites]),
        np.array([s.lat for s in sites]),
        np.array([s.county for s in sites]),
    )
    place_ids = [f"P{i + 1:04d}" for i in range(sizes.n_places)]
    return Land(place_ids, lon, lat, county, urban, residents, sites, place_lead, site_lead)


def _places(rng: np.random.Generator, sizes: Sizes, county: Ints) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Urban places lie within the seat's radius, the rest is spread over the county's disc."""
    n = sizes.n_places
    urban = np.zeros(n, dtype=bool)
    for c in range(sizes.n_counties):
        members = np.flatnonzero(county == c)
        n_urban = min(len(members), max(1, round(0.6 * sizes.urban_share * len(members))))
        urban[members[:n_urban]] = True
    angle = rng.uniform(0, 2 * math.pi, n)
    spread = np.sqrt(rng.uniform(0, 1, n))
    radius = np.where(urban, SEAT_RADIUS_KM * spread, 6.0 + (COUNTY_RADIUS_KM - 6.0) * spread)
    columns = math.ceil(math.sqrt(sizes.n_counties))
    lat = CENTRE_LAT + ((county // columns) * COUNTY_SPACING_KM + radius * np.sin(angle)) / KM_PER_DEGREE
    east_km = (county % columns) * COUNTY_SPACING_KM + radius * np.cos(angle)
    lon = CENTRE_LON + east_km / (KM_PER_DEGREE * math.cos(math.radians(CENTRE_LAT)))
    return np.round(lon, 5), np.round(lat, 5), urban


def _residents(rng: np.random.Generator, sizes: Sizes, county: Ints, urban: NDArray[np.bool_]) -> Ints:
    """Lognormal sizes; urban places hold ``urban_share`` of all people and fewer of the old."""
    weights = rng.lognormal(0.0, 0.55, sizes.n_places)
    if urban.any() and not urban.all():
        weights[urban] *= sizes.urban_share / weights[urban].sum()
        weights[~urban] *= (1 - sizes.urban_share) / weights[~urban].sum()
    totals = by_weight(round(sizes.residents_per_facility * sizes.n_facilities), weights)
    old = np.clip(np.where(urban, 0.11, 0.19) + rng.normal(0, 0.015, sizes.n_places), 0.05, 0.4)
    young = np.clip(np.where(urban, 0.15, 0.12) + rng.normal(0, 0.01, sizes.n_places), 0.05, 0.3)
    n_young = np.round(young * totals).astype(np.int64)
    n_old = np.round(old * totals).astype(np.int64)
    return np.column_stack([n_young, totals - n_young - n_old, n_old])


def _sites(
    rng: np.random.Generator,
    county: int,
    n: int,
    members: Ints,
    ground: tuple[Floats, Floats, Ints],
    done: int,
) -> list[Site]:
    """The county's hospitals (one at the seat, the next in a far large town), then township centres."""
    lon, lat, people = ground
    n_hospitals = min(n, 1 + (n >= 4) + (n >= 14))
    by_size = members[np.argsort(-people[members], kind="stable")]
    seat = int(members[0])
    far = km_between(lon[by_size], lat[by_size], float(lon[seat]), float(lat[seat])) > COUNTY_RADIUS_KM / 3
    second = int(by_size[far][0]) if far.any() else int(by_size[-1])
    homes = [seat, second, int(members[min(1, len(members) - 1)])][:n_hospitals]
    towns = [int(p) for p in by_size if p != seat] or [seat]
    while len(homes) < n:
        homes.append(towns[(len(homes) - n_hospitals) % len(towns)])
    operating = _operating(rng, n, n_hospitals)
    out = []
    for k, place in enumerate(homes):
        jitter = rng.normal(0, 0.004, 2)
        out.append(
            Site(
                id=f"{'H' if k < n_hospitals else 'T'}{done + k + 1:03d}",
                tier="county" if k < n_hospitals else "township",
                near=place,
                county=county,
                lon=round(float(lon[place] + jitter[0]), 5),
                lat=round(float(lat[place] + jitter[1]), 5),
                operating=operating[k],
            )
        )
    return out


def _operating(rng: np.random.Generator, n: int, n_hospitals: int) -> list[str]:
    """One township in eight may be opened, one in twelve closed; hospitals and the first township stay."""
    free = list(range(n_hospitals + 1, n))
    operating = ["existing"] * n
    order = [free[i] for i in rng.permutation(len(free)).tolist()]
    n_candidates = min(len(order), max(int(len(free) > 1), len(free) // 8))
    n_closing = len(free) // 12 + int(len(free) > 2 and float(rng.uniform()) < 0.5)
    for i in order[:n_candidates]:
        operating[i] = "candidate"
    for i in order[n_candidates : n_candidates + n_closing]:
        operating[i] = "may_close"
    return operating


def _nearest_lead(sites: list[Site], lon: Floats, lat: Floats, county: Ints) -> Ints:
    """For each point, the nearest hospital of its county: the lead of its consortium."""
    nearest = np.zeros(len(lon), dtype=np.int64)
    best = np.full(len(lon), np.inf)
    for i, site in enumerate(sites):
        if site.tier != "county":
            continue
        km = np.where(county == site.county, km_between(lon, lat, site.lon, site.lat), np.inf)
        nearest = np.where(km < best, i, nearest)
        best = np.minimum(best, km)
    return nearest
