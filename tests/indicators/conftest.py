"""A county small enough to work every indicator out by hand, and plans drawn at random for bigger ones."""

from types import SimpleNamespace

import numpy as np
import pytest

from alloc.indicators.situation import Situation
from alloc.instance import compile_instance
from alloc.schema.model import Model
from alloc.schema.plan import (
    BedRow,
    CentreRow,
    ConsultFlowRow,
    CostRow,
    Decisions,
    EpisodeFlowRow,
    ExamFlowRow,
    MachineRow,
    ReadingRow,
    SiteRow,
    SlotRow,
    VisitRow,
)
from alloc.schema.region import Region

MINUTES = {
    ("A", "H"): 10, ("A", "T1"): 20, ("A", "T2"): 50, ("A", "N"): 12, ("A", "V"): 55,
    ("B", "H"): 25, ("B", "T1"): 5, ("B", "T2"): 30, ("B", "N"): 40, ("B", "V"): 35,
    ("C", "H"): 70, ("C", "T1"): 40, ("C", "T2"): 16, ("C", "N"): 65, ("C", "V"): 2,
    ("H", "T1"): 20, ("H", "T2"): 45, ("H", "N"): 5, ("H", "V"): 50,
    ("T1", "T2"): 25, ("T1", "N"): 30, ("T1", "V"): 30, ("T2", "N"): 50, ("T2", "V"): 15, ("N", "V"): 60,
}  # fmt: skip


def facility(fid, tier, area, consortium="K1", **more):
    return {"id": fid, "tier": tier, "area": area, "consortium": consortium, "consulting_rooms": 2, **more}


@pytest.fixture(scope="session")
def region():
    """Places A (urban), B, C (rural); hospital H, townships T1 and T2, village clinic V, candidate N."""
    return Region.model_validate(
        {
            "about": {"id": "toy", "planning_year": 2025, "crs": "EPSG:4326", "outside_min": 90},
            "travel": {"method": "table"},
            "travel_minutes": [
                {"origin": o, "destination": d, "minutes": m} for (o, d), m in MINUTES.items()
            ],
            "age_bands": [{"id": "young", "name_zh": "中青年", "name_en": "young"}, {"id": "old"}],
            "places": [
                {"id": "A", "area": "urban", "consortium": "K1", "area_km2": 10, "name_zh": "甲镇"},
                {"id": "B", "area": "rural", "consortium": "K1", "area_km2": 30},
                {"id": "C", "area": "rural", "consortium": "K2", "area_km2": 60, "outside_min": 120},
            ],
            "population": [
                {"place": place, "age_band": band, "residents": residents}
                for place, bands in {"A": (5000, 1000), "B": (2000, 1000), "C": (500, 500)}.items()
                for band, residents in zip(("young", "old"), bands, strict=True)
            ],
            "consortia": [{"id": "K1"}, {"id": "K2"}],
            "facilities": [
                facility("H", "county", "urban", beds=100, link_mbps=100, lead=True),
                facility("T1", "township", "rural", beds=20, link_mbps=50),
                facility("T2", "township", "rural", "K2", beds=10, link_mbps=50),
                facility("N", "township", "urban", operating="candidate", beds=5),
                facility("V", "village", "rural", "K2"),
            ],
            "modalities": [
                {"id": "CT", "name_en": "CT scan", "reading_group": "imaging", "study_mb": 100,
                 "read_min": 10},
                {"id": "ECG", "reading_group": "ecg", "study_mb": 1, "read_min": 3},
            ],
            "equipment_types": [
                {"id": "CT64", "modality": "CT", "exams_per_year": 1000, "price_cny": 4e6, "life_years": 10,
                 "upkeep_cny_per_year": 0},
                {"id": "ECG12", "modality": "ECG", "exams_per_year": 2000, "price_cny": 3e4, "life_years": 8,
                 "upkeep_cny_per_year": 0, "lowest_tier": "village"},
            ],
            "inventory": [
                {"facility": "H", "equipment_type": "CT64", "install_year": 2011, "count": 1},
                {"facility": "H", "equipment_type": "ECG12", "install_year": 2020, "count": 1},
                {"facility": "T1", "equipment_type": "ECG12", "install_year": 2020, "count": 2},
            ],
            "readers": [{"facility": "H", "reading_group": "imaging", "count": 4}],
            "reading_centres": [{"facility": "H", "reading_group": "imaging", "exists": True}],
            "specialties": [
                {"id": "internal", "name_zh": "内科", "outreach_consults_per_half_day": 10,
                 "home_consults_per_half_day": 20, "tele_consults_per_half_day": 10},
                {"id": "zy", "name_zh": "中医科", "outreach_consults_per_half_day": 10,
                 "home_consults_per_half_day": 20, "tele_consults_per_half_day": 10},
            ],
            "specialists": [
                {"id": "s1", "specialty": "internal", "home": "H", "may_be_posted": True},
                {"id": "s2", "specialty": "internal", "home": "H"},
                {"id": "s3", "specialty": "zy", "home": "H"},
            ],
            "conditions": [
                {"id": "stroke", "acute_limit_min": 60, "stay_days": 10, "step_down_share": 0.5,
                 "step_down_days": 5},
                {"id": "flu", "treating_tier": "township", "stay_days": 5},
            ],
            "condition_modalities": [{"condition": "stroke", "modality": "CT"}],
            "capabilities": [
                {"facility": "H", "condition": "stroke", "role": "treat"},
                {"facility": "T1", "condition": "stroke", "role": "step_down"},
                {"facility": "T1", "condition": "stroke", "role": "treat"},
                {"facility": "H", "condition": "flu", "role": "treat"},
                {"facility": "T2", "condition": "flu", "role": "treat"},
            ],
            "given_needs": [
                {"place": p, "stream": stream, "subject": subject, "per_year": n}
                for p, stream, subject, n in (
                    ("A", "exams", "CT", 600), ("B", "exams", "CT", 300), ("C", "exams", "CT", 100),
                    ("A", "exams", "ECG", 100),
                    ("A", "consultations", "internal", 400), ("C", "consultations", "zy", 100),
                    ("A", "episodes", "stroke", 20), ("C", "episodes", "flu", 20),
                )
            ],
            "tier_money": [
                {"tier": tier, "visit_cny": 100, "stay_cny": 1000, "reimbursed_share": 0.5,
                 "occupancy_share": share}
                for tier, share in (("village", 0.0), ("township", 0.5), ("county", 0.8), ("city", 0.8))
            ],
        }
    )  # fmt: skip


@pytest.fixture(scope="session")
def instance(region):
    return compile_instance(region, Model(id="toy"))


@pytest.fixture(scope="session")
def situate(region, instance):
    """``situate(rows...)``: the toy county under the decisions made of these rows."""

    def build(*rows):
        return Situation(instance, decisions_of(*rows), region)

    return build


TABLE_OF = {
    SiteRow: "sites",
    MachineRow: "machines",
    ExamFlowRow: "exam_flows",
    ReadingRow: "reading",
    CentreRow: "centres",
    VisitRow: "visits",
    ConsultFlowRow: "consult_flows",
    EpisodeFlowRow: "episode_flows",
    BedRow: "beds",
    SlotRow: "slots",
    CostRow: "costs",
}


def decisions_of(*rows):
    tables: dict[str, list] = {}
    for row in rows:
        tables.setdefault(TABLE_OF[type(row)], []).append(row)
    return Decisions(**{name: tuple(found) for name, found in tables.items()})


def exam(place, modality, facility, n, ends="own_consortium", minutes=None):
    return ExamFlowRow(
        place=place, modality=modality, facility=facility, ends=ends, exams_per_year=n, minutes=minutes
    )


def consult(place, specialty, setting, facility, n, ends="own_consortium"):
    return ConsultFlowRow(
        place=place, specialty=specialty, setting=setting, facility=facility, ends=ends, consults_per_year=n
    )


def route(place, condition, first, treated, n, minutes, ends="own_consortium"):
    return EpisodeFlowRow(
        place=place, condition=condition, leg="route", first_contact=first, treated_at=treated, ends=ends,
        episodes_per_year=n, minutes=minutes,
    )  # fmt: skip


def step_down(place, condition, treated, to, n):
    return EpisodeFlowRow(
        place=place, condition=condition, leg="step_down", treated_at=treated, step_down_at=to,
        ends="own_consortium", episodes_per_year=n,
    )  # fmt: skip


def not_inside(place, condition, leg, n):
    return EpisodeFlowRow(place=place, condition=condition, leg=leg, ends=leg, episodes_per_year=n)


def machine(facility, kind, count, action="keep", year=2020, **more):
    return MachineRow(
        facility=facility, equipment_type=kind, action=action, install_year=year, count=count, **more
    )


def visit(specialty, facility, kind, half_days):
    return VisitRow(
        specialty=specialty, home="H", facility=facility, session_type=kind, half_days_per_cycle=half_days
    )


def cost(category, payer, facility, cny, kind="yearly", life_years=1.0):
    return CostRow(
        category=category, kind=kind, payer=payer, facility=facility, cny=cny, life_years=life_years
    )


@pytest.fixture(scope="session")
def make():
    """Short ways to write rows."""
    return SimpleNamespace(
        exam=exam, consult=consult, route=route, step_down=step_down, not_inside=not_inside, machine=machine,
        visit=visit, cost=cost, decisions=decisions_of,
    )  # fmt: skip


def _split(rng, total, ends):
    """``total`` in random parts, one for each end; some parts are nothing."""
    parts = rng.random(len(ends)) * (rng.random(len(ends)) < 0.6)
    if parts.sum() == 0.0:
        parts[-1] = 1.0
    return [(end, float(total * part)) for end, part in zip(ends, parts / parts.sum(), strict=True) if part]


def _ends(instance, place, facility):
    mine, theirs = instance.places[place].consortium, instance.facilities[facility].consortium
    return "own_consortium" if mine == theirs else "region"


def random_decisions(instance, seed):
    """Decisions that keep conservation and the closed list of ids, and nothing else."""
    rng = np.random.default_rng(seed)
    rows = []
    for a in instance.equipment.cohorts:
        kept = int(rng.integers(0, a.count + 1))
        rows += [machine(a.facility, a.equipment_type, kept, year=a.install_year)] if kept else []
    rows += [machine(f, t, 1, "buy", 2025) for f, t in instance.equipment.may_buy if rng.random() < 0.2]
    for (i, m), need in instance.equipment.need.items():
        for end, n in _split(rng, need, [*instance.equipment.exam_pairs[i, m], "outside", "unmet"]):
            inside = end in instance.facilities
            rows.append(exam(i, m, end if inside else None, n, _ends(instance, i, end) if inside else end))
    for (i, k), need in instance.outreach.need.items():
        ends = [("hospital", f) for f in instance.outreach.hospital_pairs[i, k]]
        ends += [("outreach", f) for f in instance.outreach.outreach_pairs[i, k]]
        for (setting, f), n in _split(rng, need, [*ends, ("outside", None), ("unmet", None)]):
            rows.append(consult(i, k, setting, f, n, _ends(instance, i, f) if f else setting))
    for (specialty, home), clinics in instance.outreach.clinics.items():
        for f in clinics:
            if rng.random() < 0.3:
                kind = ("clinic", "ward_round", "posting", "tele")[int(rng.integers(4))]
                rows.append(VisitRow(specialty=specialty, home=home, facility=f, session_type=kind,
                                     half_days_per_cycle=float(rng.integers(1, 5))))  # fmt: skip
    rows += _random_episodes(instance, rng)
    for f in instance.facilities:
        payer = ("region", "fund", "patient")[int(rng.integers(3))]
        rows.append(cost("stay_fund", payer, f if rng.random() < 0.8 else None, float(rng.random() * 1e6)))
    return decisions_of(*rows)


def _random_episodes(instance, rng):
    for (i, c), need in instance.referral.need.items():
        ways = [(r.first_contact, r.treated_at) for r in instance.referral.routes[i, c]]
        for way, n in _split(rng, need, [*ways, "outside", "unmet"]):
            if isinstance(way, str):
                yield not_inside(i, c, way, n)
                continue
            yield route(i, c, *way, n, None, _ends(instance, i, way[1]))
            for down in instance.referral.step_down[i, c][:1]:
                if down != way[1]:
                    yield step_down(i, c, way[1], down, n * instance.referral.conditions[c].step_down_share)


@pytest.fixture(scope="session")
def draw():
    """``draw(instance, seed)``: random decisions."""
    return random_decisions
