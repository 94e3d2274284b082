"""The table of indicators, the rows made from it, and what holds for any region and any plan."""

import ast
import math
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import alloc.indicators
from alloc import labels
from alloc.indicators import INDICATORS, indicators, scope_name
from alloc.indicators.indicator import Indicator
from alloc.indicators.registry import _rows
from alloc.indicators.situation import Situation
from alloc.instance import compile_instance
from alloc.schema.plan import Decisions, SiteRow
from alloc.synthetic import synthetic_model, synthetic_region, tiny_region

UNBOUNDED_SHARES = {"machine_use", "machine_use_by_facility", "reader_use", "bed_use"}
"""Shares that a plan beyond its capacity takes above 1; all others are parts of a whole."""


def by_key(rows):
    return {(row.indicator, row.scope): row for row in rows}


def test_keys_are_unique_and_every_text_is_there():
    keys = [indicator.key for indicator in INDICATORS]
    assert len(keys) == len(set(keys))
    for indicator in INDICATORS:
        for key in (indicator.label, indicator.formula_label, f"indicator_unit.{indicator.unit}"):
            assert labels.has(key), key
    for subject in alloc.indicators.BY_SUBJECT:
        assert labels.has(f"indicator_subject.{subject}")
    stored = {key for key in labels.keys("en") if key.startswith(("indicator.", "formula."))}
    assert stored == {text for i in INDICATORS for text in (i.label, i.formula_label)}


@pytest.mark.parametrize("lang", labels.languages())
def test_every_formula_names_its_source(lang):
    word = {"en": "Source: ", "zh": "来源："}[lang]
    for indicator in INDICATORS:
        assert word in labels.text(indicator.formula_label, lang), indicator.key


def test_every_reason_given_has_a_text():
    given_reasons = set()
    for path in Path(alloc.indicators.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                last = node.args[-1] if node.args else None
                if name in ("Missing", "ratio", "not_computed") and isinstance(last, ast.Constant):
                    given_reasons.add(last.value)
    stored = {key.removeprefix("reason.") for key in labels.keys("en") if key.startswith("reason.")}
    assert len(given_reasons) > 15
    assert given_reasons <= stored


def test_before_and_after_go_through_the_same_function(instance, region, make):
    before = make.decisions(make.exam("A", "CT", None, 600, "unmet"))
    after = make.decisions(make.exam("A", "CT", "H", 600))
    rows = by_key(indicators(instance, before, after, region=region))
    row = rows["unmet_share", "exams"]
    assert (row.before, row.after, row.computed, row.reason) == (1.0, 0.0, True, None)
    swapped = by_key(indicators(instance, after, before, region=region))["unmet_share", "exams"]
    assert (swapped.before, swapped.after) == (0.0, 1.0)


def test_a_value_on_one_side_only_says_why(instance, region, make):
    before = make.decisions(make.exam("A", "CT", None, 600, "unmet"))
    after = make.decisions(make.exam("A", "CT", "H", 600))
    row = by_key(indicators(instance, before, after, region=region))["mean_travel_min", "exams"]
    assert (row.before, row.after, row.computed, row.reason) == (None, 10.0, True, "nothing_served")


def test_with_values_on_neither_side_the_reason_is_that_of_the_plan(instance, region, make):
    before, after = make.decisions(), make.decisions(make.exam("A", "CT", None, 600, "unmet"))
    row = by_key(indicators(instance, before, after, region=region))["mean_travel_min", "exams"]
    assert (row.before, row.after, row.computed, row.reason) == (None, None, False, "nothing_served")


def test_the_worst_place_before_and_after_are_named(instance, region, make):
    before = make.decisions(make.exam("A", "CT", None, 6, "outside"), make.exam("B", "CT", "H", 6))
    after = make.decisions(make.exam("A", "CT", "H", 6), make.exam("B", "CT", "H", 6))
    rows = by_key(indicators(instance, before, after, region=region))
    assert (rows["worst_place", "A"].before, rows["worst_place", "A"].after) == (90.0, None)
    assert (rows["worst_place", "B"].before, rows["worst_place", "B"].after) == (None, 25.0)
    assert rows["worst_place", "B"].reason == "not_on_this_side"
    whole = rows["worst_place_travel_min", "region"]
    assert (whole.before, whole.after) == (90.0, 25.0)


def test_what_no_plan_can_tell_is_listed_with_its_reason(instance, region):
    rows = by_key(indicators(instance, None, Decisions(), region=region))
    for key in ("unified_management", "shared_decisions", "coordinated_services"):
        assert (rows[key, "region"].computed, rows[key, "region"].reason) == (False, "qualitative")
    assert rows["premature_deaths", "region"].reason == "outcome_not_modelled"
    assert rows["income_to_lead_hospital", "region"].reason == "income_not_in_region"


def test_nan_and_infinity_never_reach_a_row(instance, region):
    situation = Situation(instance, Decisions(), region)
    for value in (math.nan, math.inf, -math.inf):
        broken = Indicator("unmet_share", "share", "region", lambda _, value=value: {"region": value})
        (row,) = _rows(broken, None, situation)
        assert (row.computed, row.after, row.reason) == (False, None, "not_finite")


def test_empty_decisions_tell_only_what_stands_today(instance, region):
    rows = indicators(instance, Decisions(), Decisions(), region=region)
    computed = {row.indicator for row in rows if row.computed}
    assert computed <= {
        "residents_within_15_min", "residents_within_30_min", "residents_within_60_min",
        "nearest_care_min_by_age", "gini_by_residents", "gini_by_area", "agglomeration",
        "agglomeration_to_population",
    }  # fmt: skip
    assert {row.indicator for row in rows} >= {i.key for i in INDICATORS} - {
        "worst_place", "unmet_share_by_service", "machine_use_by_facility"
    }  # fmt: skip


def check(rows):
    for row in rows:
        values = [value for value in (row.before, row.after) if value is not None]
        assert all(math.isfinite(value) for value in values), row
        assert row.computed == bool(values), row
        assert row.computed or row.reason, row
        assert row.reason is None or labels.has(f"reason.{row.reason}"), row
        if row.unit == "index" or (row.unit == "share" and row.indicator not in UNBOUNDED_SHARES):
            assert all(-1e-9 <= value <= 1.0 + 1e-9 for value in values), row
        elif row.indicator != "bed_use":
            assert all(value >= 0.0 for value in values), row
    assert len(by_key(rows)) == len(rows)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), with_before=st.booleans(), tiny=st.booleans())
def test_any_plan_of_any_region(draw, seed, with_before, tiny):
    region = tiny_region(seed) if tiny else synthetic_region(seed, n_places=8, n_facilities=5)
    instance = compile_instance(region, synthetic_model(region))
    before = draw(instance, seed) if with_before else None
    after = draw(instance, seed + 1)
    shut = tuple(SiteRow(facility=f, open=seed % 3 > 0) for f in list(instance.facilities)[::2])
    rows = indicators(instance, before, after.model_copy(update={"sites": shut}), region=region)
    check(rows)
    for row in rows:
        for lang in labels.languages():
            assert scope_name(row.indicator, row.scope, region, lang)


def test_nobody_lives_here(region, make, instance):
    deserted = region.model_copy(
        update={"population": tuple(row.model_copy(update={"residents": 0.0}) for row in region.population)}
    )
    empty = compile_instance(deserted, synthetic_model(deserted))
    after = make.decisions(make.machine("H", "CT64", 1, year=2011), make.cost("upkeep", "region", "H", 1.0))
    rows = indicators(empty, None, after, region=deserted)
    check(rows)
    assert by_key(rows)["spend_per_resident", "region"].reason == "no_residents"
    assert by_key(rows)["residents_within_15_min", "any_care"].reason == "no_residents"


def test_a_county_takes_less_than_a_fifth_of_a_second(draw):
    region = synthetic_region(1, n_places=13, n_facilities=16, n_modalities=5, n_specialists=32)
    instance = compile_instance(region, synthetic_model(region))
    before, after = draw(instance, 1), draw(instance, 2)
    indicators(instance, before, after, region=region)
    times = []
    for _ in range(3):
        started = time.perf_counter()
        indicators(instance, before, after, region=region)
        times.append(time.perf_counter() - started)
    assert min(times) < 0.2


def test_the_floor_needs_neither_pandas_nor_scipy_nor_pyomo():
    code = (
        "import sys, alloc.indicators;"
        "print([m for m in ('pandas', 'scipy', 'pyomo', 'geopandas', 'networkx') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "[]"


def test_scopes_in_words(region):
    def en(indicator, scope):
        return scope_name(indicator, scope, region, "en")

    assert en("residents_within_15_min", "exams/CT") == "examinations: CT scan"
    assert en("residents_within_15_min", "any_care") == "any facility"
    assert en("agglomeration", "urban/machines/CT") == "urban: machines: CT scan"
    assert en("machine_use_by_facility", "H/ECG") == "H: ECG"
    assert en("unmet_share_by_place", "B") == "B"
    assert en("unmet_share_by_place", "gone") == "gone"
    assert scope_name("unmet_share_by_place", "A", region, "zh") == "甲镇"
    assert scope_name("residents_within_15_min", "consultations/internal", region, "zh") == "专科就诊：内科"
    assert scope_name("nearest_care_min_by_age", "old", region, "zh") == "old"
    with pytest.raises(KeyError):
        en("no_such", "region")
