"""The shipped regions: they load, add up to the sourced totals, and say where their figures come from."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from alloc.load import load_region
from alloc.schema import TABLES, Region
from alloc.schema.checks import check_region
from alloc.schema.checks.needs import total_need
from alloc.shipped import shipped_folder, shipped_regions

NAMES = ["deqing", "tianchang"]
MACHINES_SHORT = (0.70, 0.98)
SCENARIOS = {"baseline", "ct-fails", "recruitment-shortfall", "ageing-20", "influenza-surge"}


@pytest.fixture(scope="module", params=NAMES)
def region(request: pytest.FixtureRequest) -> Region:
    return load_region(request.param)


def folder(region: Region) -> Path:
    data = shipped_folder("data")
    assert data is not None
    return data / region.about.id


def facts(region: Region) -> dict[str, float]:
    with (folder(region) / "facts.csv").open(encoding="utf-8", newline="") as file:
        return {row["item"]: float(row["value"]) for row in csv.DictReader(file)}


def usable(region: Region, modality: str) -> float:
    """Exams a year of today's machines at 85% use, 5% less for each year past their life."""
    types = {t.id: t for t in region.equipment_types if t.modality == modality}
    total = 0.0
    for item in region.inventory:
        if item.equipment_type in types:
            kind = types[item.equipment_type]
            past = max(0, region.about.planning_year - item.install_year - kind.life_years)
            total += 0.85 * item.count * kind.exams_per_year * max(0.0, 1 - 0.05 * past)
    return total


def slots(region: Region, specialty: str) -> float:
    per_half_day = {s.id: s.home_consults_per_half_day for s in region.specialties}[specialty]
    return sum(
        52 * s.clinic_half_days_per_week * per_half_day
        for s in region.specialists
        if s.specialty == specialty
    )


def test_both_regions_are_shipped() -> None:
    assert set(NAMES) <= set(shipped_regions())


def test_keeps_every_rule_between_tables(region: Region) -> None:
    assert check_region(region) == []


def test_residents_add_up_to_the_census(region: Region) -> None:
    assert sum(row.residents for row in region.population) == facts(region)["residents_2020"]


def test_the_old_of_deqing_are_the_sourced_share() -> None:
    region = load_region("deqing")
    known = facts(region)
    old = sum(row.residents for row in region.population if row.age_band == "65+")
    assert old == round(known["share_aged_65_huzhou_2020"] * known["residents_2020"])


def test_beds_of_deqing_are_the_countys_less_those_left_out() -> None:
    region = load_region("deqing")
    known = facts(region)
    assert sum(f.beds for f in region.facilities) == known["beds"] - known["beds_not_modelled"]


def test_deqing_has_the_sourced_number_of_primary_units() -> None:
    region = load_region("deqing")
    units = [f for f in region.facilities if f.tier == "township" and f.operating != "candidate"]
    assert Counter(f.consortium for f in units) == {"DQ-W": 8, "DQ-X": 4}
    assert len(units) == facts(region)["primary_units"]


def test_tianchang_has_the_sourced_units_and_beds() -> None:
    region = load_region("tianchang")
    known = facts(region)
    assert len(region.places) == known["units"]
    assert {f.id: f.beds for f in region.facilities}["TC-H1"] == known["beds_people_hospital"]


def test_every_row_says_how_well_it_is_known_and_from_where(region: Region) -> None:
    silent = [
        (table, row) for table in TABLES for row in getattr(region, table) if not (row.status and row.source)
    ]
    assert silent == []


def test_sourced_rows_name_a_source_and_estimates_say_so(region: Region) -> None:
    for table in TABLES:
        for row in getattr(region, table):
            if row.status == "estimate":
                assert "estimate" in row.source, (table, row)
            else:
                assert not row.source.startswith("estimate"), (table, row)


def test_is_marked_as_semi_synthetic_wherever_it_is_described(region: Region) -> None:
    assert region.about.semi_synthetic
    assert "半合成" in region.about.note_zh
    sources = (folder(region) / "SOURCES.md").read_text(encoding="utf-8")
    assert "Semi-synthetic" in sources
    assert "CC BY 4.0" in sources


def test_offers_the_scenarios_that_planners_ask_for(region: Region) -> None:
    named = {scenario.id: scenario for scenario in region.scenarios}
    assert set(named) == SCENARIOS
    for scenario in named.values():
        assert all((scenario.name_zh, scenario.name_en, scenario.note_zh, scenario.note_en))


def test_machines_are_short_today_but_not_hopelessly(region: Region) -> None:
    need = total_need(region, "exams")
    for modality in region.modalities:
        share = usable(region, modality.id) / need[modality.id]
        assert MACHINES_SHORT[0] < share < MACHINES_SHORT[1], modality.id


def test_specialists_are_scarce_as_a_whole(region: Region) -> None:
    need = total_need(region, "consultations")
    have = {s.id: slots(region, s.id) for s in region.specialties}
    assert 0.75 < sum(have.values()) / sum(need.values()) < 0.95
    assert all(have[s] >= 0.65 * need[s] for s in have)


def test_hospital_beds_alone_do_not_hold_all_stays(region: Region) -> None:
    need = total_need(region, "episodes")
    days = sum(need[c.id] * c.stay_days for c in region.conditions)
    beds = {tier: sum(f.beds for f in region.facilities if f.tier == tier) for tier in ("county", "township")}
    share = {row.tier: row.occupancy_share for row in region.tier_money}
    hospital, township = (365 * beds[tier] * share[tier] for tier in ("county", "township"))
    assert hospital < days < 1.05 * (hospital + township)
    assert all(c.step_down_days < c.stay_days for c in region.conditions)


def test_something_is_past_its_life_at_a_county_hospital(region: Region) -> None:
    hospitals = {f.id for f in region.facilities if f.tier == "county"}
    old = [
        item
        for item in region.inventory
        if item.facility in hospitals
        and item.equipment_type == "CT16"
        and region.about.planning_year - item.install_year > 10
    ]
    assert old


def test_most_townships_have_no_reader_or_no_link(region: Region) -> None:
    townships = {f.id: f for f in region.facilities if f.tier == "township" and f.operating != "candidate"}
    readers = {row.facility for row in region.readers if row.reading_group == "ecg"}
    assert len(readers & set(townships)) < len(townships) / 2
    fast = [f for f in townships.values() if (f.link_mbps or 0.0) >= 8.0]
    assert 0.5 <= len(fast) / len(townships) <= 0.65


def test_sources_tell_the_needs_that_the_tables_give(region: Region) -> None:
    told = (folder(region) / "SOURCES.md").read_text(encoding="utf-8")
    need = total_need(region, "exams")
    for modality in region.modalities:
        assert f"{round(need[modality.id]):,} | {round(usable(region, modality.id)):,}" in told, modality.id
