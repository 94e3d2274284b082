"""Every plan of a small world, one by one: whole decisions listed, patients sent by a linear program.

Written from the formulation, in plain numbers, without Pyomo and without anything of `alloc`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.model.flows import CYCLES, Best, Flows, best_of
from tests.model.small_worlds import FACILITIES, PLACES, STAY_CNY, TIER, VISIT_CNY, WEIGHTS, World, cohorts

# --- machines ---


def best_machines(world: World) -> Best:
    """Over everything that may become of the standing machines, all purchases, and U open or shut."""
    return best_of(_machine_plans(world))


def _machine_plans(world: World) -> Iterator[tuple[Best, float, float]]:
    singles = [(f, year) for f, year, count in cohorts(world) for _ in range(count)]
    fates = [["keep", "retire", *([] if year <= 2016 else ["move"])] for _, year in singles]
    optional = world.status["U"] in ("candidate", "may_close")

    @cache
    def flows(capacity: tuple[float, ...]) -> Best:
        return _exam_flows(world, dict(zip(FACILITIES, capacity, strict=True)))

    for is_open in (False, True) if optional else (True,):
        for fate in itertools.product(*fates):
            n_moved = fate.count("move")
            for arrive in itertools.combinations_with_replacement(FACILITIES, n_moved):
                for bought in itertools.product(range(3), repeat=3):
                    plan = _MachinePlan(
                        world, is_open, singles, fate, arrive, dict(zip(FACILITIES, bought, strict=True))
                    )
                    for price in plan.prices():
                        if plan.allowed(price):
                            yield flows(plan.capacity()), 0.0, plan.total(price)


@dataclass
class _MachinePlan:
    world: World
    is_open: bool
    singles: list[tuple[str, int]]
    fate: tuple[str, ...]
    arrive: tuple[str, ...]
    bought: dict[str, int]

    def kept(self, f: str) -> list[int]:
        return [
            year for (g, year), fate in zip(self.singles, self.fate, strict=True) if g == f and fate == "keep"
        ]

    def standing(self, f: str) -> int:
        return len(self.kept(f)) + self.arrive.count(f) + self.bought[f]

    def prices(self) -> list[float]:
        n = sum(self.bought.values())
        return [self.world.price[1]] if n < 2 else [self.world.price[1], self.world.price[2]]

    def opens(self) -> bool:
        return self.world.status["U"] in ("candidate", "required") and self.is_open

    def spend(self, price: float) -> tuple[float, float, float]:
        """All capital; of it new resources; of these in rural places."""
        new = price * sum(self.bought.values()) + 200_000 * self.opens()
        rural = new - price * self.bought["H"]
        return new + 40_000 * len(self.arrive) + 10_000 * self.fate.count("retire"), new, rural

    def allowed(self, price: float) -> bool:
        world, spend = self.world, self.spend(price)
        today = {f: sum(g == f for g, _ in self.singles) for f in FACILITIES}
        for f in FACILITIES:
            most = max(today[f], min(2, world.rooms[f])) if f != "U" or self.is_open else 0
            if self.standing(f) > most:
                return False
        staff = max(sum(world.fte.values()), len(self.singles))
        return (
            sum(self.standing(f) for f in FACILITIES) <= staff
            and spend[0] <= world.budget + 1e-6
            and spend[2] >= world.rural_share * spend[1] - 1e-6
        )

    def capacity(self) -> tuple[float, ...]:
        """A machine past its life loses five in a hundred a year; utilisation is 85%."""
        left = {f: sum(1.0 - 0.05 * max(0, 2026 - year - 10) for year in self.kept(f)) for f in FACILITIES}
        return tuple(
            0.85 * self.world.capacity * (left[f] + self.arrive.count(f) + self.bought[f]) for f in FACILITIES
        )

    def total(self, price: float) -> float:
        capital = price * sum(self.bought.values()) + 40_000 * len(self.arrive)
        capital += 10_000 * self.fate.count("retire")
        standing = sum(self.standing(f) for f in FACILITIES)
        cost = capital / 10 + 200_000 * self.opens() / 30 + 150_000 * standing
        cost += 300_000 * (2 + self.is_open)
        early = sum(
            fate == "retire" and year > 2016 for (_, year), fate in zip(self.singles, self.fate, strict=True)
        )
        changed = len(self.arrive) + early
        changed += 5 * (self.opens() + (self.world.status["U"] == "may_close" and not self.is_open))
        return WEIGHTS["cost"] * cost / 1e6 + WEIGHTS["disruption"] * changed


def _exam_flows(world: World, capacity: dict[str, float]) -> Best:
    flows = Flows(world)
    for f in FACILITIES:
        use = {flows.served(i, f): world.need[i] for i in PLACES}
        flows.at_most(use, capacity[f])
    return flows.least()


# --- reading ---


def best_reading(world: World) -> Best:
    """Over every choice of who reads for whom, and which centres are open."""
    return best_of(_reading_plans(world))


def _reading_plans(world: World) -> Iterator[tuple[Best, float, float]]:
    choices = {f: _readers_for(world, f) for f in FACILITIES}

    @cache
    def flows(assigned: tuple[str | None, ...], rooms: tuple[float, ...]) -> Best:
        return _read_flows(
            world, dict(zip(FACILITIES, assigned, strict=True)), dict(zip(FACILITIES, rooms, strict=True))
        )

    for centres in ((), ("H",), ("T",), ("H", "T")):
        spend = sum(800_000 for h in centres if not world.exists[h])
        for assigned in itertools.product(*([None, *choices[f]] for f in FACILITIES)):
            reader = dict(zip(FACILITIES, assigned, strict=True))
            remote = [f for f in FACILITIES if reader[f] not in (None, f)]
            if any(reader[f] not in centres for f in remote) or spend > world.budget:
                continue
            if any(h in choices[h] and reader[h] != h for h in centres):
                continue
            rooms = tuple(_room(world, h, reader, h in centres, h in choices[h]) for h in FACILITIES)
            cost = spend / 10 + 300_000 * len(centres) + 12_000 * len(remote) + 50_000 * 3 + 300_000 * 3
            changed = sum(reader[f] != world.today.get(f, f) for f in remote)
            yield (
                flows(assigned, rooms),
                0.0,
                WEIGHTS["cost"] * cost / 1e6 + WEIGHTS["disruption"] * changed,
            )


def _readers_for(world: World, f: str) -> list[str]:
    """Itself, with a reader on duty (half of them are) or as a centre; centres within ten minutes' upload."""
    own = [f] if world.readers[f] >= 2 or (world.readers[f] and f in world.exists) else []
    links = [(h, min(world.link[f], world.link[h])) for h in world.exists if h != f]
    return own + [h for h, mbps in links if 400 * 8 / mbps / 60 <= 10]


def _room(world: World, h: str, reader: dict[str, str | None], is_centre: bool, reads_own: bool) -> float:
    """Studies per year that a reading room reports in time."""
    pool = sum(world.readers[f] for f in FACILITIES if reader[f] == h)
    if is_centre and not reads_own:
        pool += world.readers[h]
    return _capacity(pool // 2, world.read_min)


@cache
def _capacity(c: int, read_min: float) -> float:
    """Most studies a year with c on duty: 90% within 30 min in the hour with 15% of the day; 250 days."""
    if c == 0:
        return 0.0
    low, high = 0.0, c / read_min
    for _ in range(60):
        rate = (low + high) / 2
        low, high = (rate, high) if _in_time(c, rate, 1 / read_min) >= 0.9 else (low, rate)
    return low * 60 * 250 / 0.15


def _in_time(c: int, rate: float, mu: float, limit: float = 30.0) -> float:
    """P(wait + reading <= limit) in M/M/c, by integrating over the wait."""
    a = rate / mu
    tail = a**c / math.factorial(c) * c / (c - a)
    wait = tail / (sum(a**k / math.factorial(k) for k in range(c)) + tail)
    theta = c * mu - rate
    if abs(theta - mu) < 1e-9:
        late = math.exp(-mu * limit) * (1 + wait * mu * limit)
    else:
        both = theta / (theta - mu) * (math.exp(-mu * limit) - math.exp(-theta * limit))
        late = (1 - wait) * math.exp(-mu * limit) + wait * (math.exp(-theta * limit) + both)
    return 1 - late


def _read_flows(world: World, reader: dict[str, str | None], room: dict[str, float]) -> Best:
    flows = Flows(world)
    load: dict[str, dict[int, float]] = {h: {} for h in FACILITIES}
    for f in FACILITIES:
        h = reader[f]
        use = {flows.served(i, f): world.need[i] for i in PLACES}
        flows.at_most(use, 0.85 * world.capacity if h else 0.0)
        if h:
            load[h] |= use
    for h, use in load.items():
        flows.at_most(use, room[h])
    return flows.least()


# --- visits ---


def best_visits(world: World) -> Best:
    """Over every number of visits to T and U, and of ward rounds at T; tele time follows the patients."""
    return best_of(_visit_plans(world))


def _visit_plans(world: World) -> Iterator[tuple[Best, float, float]]:
    clinics = [f for f in ("T", "U") if world.minutes["H", f] <= 60]
    unit = {f: 2 if world.minutes["H", f] > 30 else 1 for f in clinics}
    days = {day: sum(day in one for one in world.days) for day in ("Mon", "Tue", "Wed")}
    most = min(
        sum(2 * min(d, 8) for d in world.most_days),
        8 * sum(max(0, n - world.present) for n in days.values()),
    )
    slots = 4 * 2 * min(world.half_days_per_week, 4)
    mentor = 2 if world.mentor in clinics else 0
    owed = math.ceil(2 * world.owed / CYCLES)
    for t, u, ward in itertools.product(range(most + 1), repeat=3):
        at = {"T": t + ward, "U": u}
        whole = all(half_days % unit.get(f, 10**6) == 0 for f, half_days in (("T", t), ("T", ward), ("U", u)))
        if not whole or sum(at.values()) > most or (ward and not world.ward_rounds):
            continue
        if at["T"] < mentor or sum(at.values()) < owed + mentor or any(n > 40 for n in at.values()):
            continue
        missing = 50 * CYCLES * max(0, world.ward_rounds - ward) / 1e3
        changed = 0.1 * (abs(u - world.today) + t + ward) if "U" in clinics else 0.1 * (t + ward)
        cost = sum(n * CYCLES * (200 + world.minutes["H", f] / 60 * 40) for f, n in at.items()) + 300_000 * 3
        total = WEIGHTS["unmet"] * missing + WEIGHTS["cost"] * cost / 1e6 + WEIGHTS["disruption"] * changed
        yield _consult_flows(world, {"T": t, "U": u}, slots - sum(at.values()), clinics), missing, total


def _consult_flows(world: World, sessions: dict[str, int], slots: float, clinics: list[str]) -> Best:
    flows = Flows(world, severity=2.0, city_cny=VISIT_CNY["city"])
    time = {
        name: {i: world.need[i] / (rate * CYCLES) for i in PLACES}
        for name, rate in world.per_half_day.items()
    }
    at_home = {flows.served(i, "H", VISIT_CNY["county"]): time["hospital"][i] for i in PLACES}
    for f in clinics:
        use = {flows.served(i, f, VISIT_CNY[TIER[f]]): time["outreach"][i] for i in PLACES}
        flows.at_most(use, sessions[f])
    by_tele: dict[str, list[int]] = {i: [] for i in PLACES}
    for f in ("T", "U"):
        if world.link[f] >= 8 and world.tele_share:
            for i in PLACES:
                by_tele[i].append(flows.served(i, f, VISIT_CNY[TIER[f]]))
                at_home[by_tele[i][-1]] = time["tele"][i]
    for numbers in by_tele.values():
        flows.at_most(dict.fromkeys(numbers, 1.0), world.tele_share)
    flows.at_most(at_home, slots)
    return flows.least()


# --- beds ---


def best_beds(world: World) -> Best:
    """Over every number of beds that H keeps for patients referred up."""
    plans = range(math.ceil(world.reserved_share * world.beds["H"] - 1e-9), world.beds["H"] + 1)
    return best_of((_stay_flows(world, reserved), 0.0, WEIGHTS["cost"] * 0.9) for reserved in plans)


def _stay_flows(world: World, reserved: int) -> Best:
    flows = Flows(world, severity=3.0, city_cny=STAY_CNY["city"], outside_most=0.15)
    stay = {i: world.need[i] * world.stay_days / 365 for i in PLACES}
    down = {i: world.need[i] * world.step_down_days / 365 for i in PLACES}
    at_h: dict[int, float] = {}
    referred: dict[int, float] = {}
    first: dict[str, dict[int, float]] = {f: {} for f in FACILITIES}
    received: dict[str, dict[int, float]] = {f: {} for f in FACILITIES}
    for i in PLACES:
        steps: dict[int, float] = {}
        for f1 in _first_contacts(world, i):
            way = world.minutes[i, f1] + world.minutes[f1, "H"]
            j = flows.route(i, way, STAY_CNY["county"])
            first[f1][j], at_h[j], steps[j] = world.need[i], stay[i], -world.step_down_share
            if f1 != "H":
                referred[j] = stay[i]
        for f3 in ("T", "U"):
            if world.step_down_share and world.minutes[i, f3] <= 45:
                part = min(1.0, world.step_down_days / world.stay_days)
                saved = part * (STAY_CNY["township"] - STAY_CNY["county"]) + 1.8 * VISIT_CNY["county"]
                j = flows.route(i, world.minutes[i, f3], saved, ends=False)
                steps[j], at_h[j], received[f3][j] = 1.0, -down[i], down[i]
        flows.at_most(steps, 0.0)
    usable = {f: 0.8 * world.beds[f] for f in FACILITIES}
    flows.at_most(referred, 0.8 * reserved)
    others = {j: amount - referred.get(j, 0.0) for j, amount in at_h.items()}
    flows.at_most(others, usable["H"] - 0.8 * reserved)
    for f in FACILITIES:
        flows.at_most(first[f], world.first_contact[f])
        flows.at_most(received[f], usable[f] if f != "H" else 0.0)
    return flows.least()


def _first_contacts(world: World, place: str) -> list[str]:
    """The two nearest within 45 min; straight to H where there is none."""
    near = sorted((world.minutes[place, f], f) for f in FACILITIES if world.minutes[place, f] <= 45)
    return [f for _, f in near[:2]] or ["H"]
