"""What a plan warns of: a "before" that is not known, and needs that nothing in reach can serve."""

from __future__ import annotations

import dataclasses

import pytest

from alloc import labels
from alloc.instance import compile_instance
from alloc.plan import Plan, make_record
from alloc.plan.record import Caution
from alloc.report.digest import warnings
from alloc.schema.plan import Decisions
from alloc.study.cautions import TODAY_UNKNOWN, needs_out_of_reach, needs_with_pairs_left_out
from alloc.synthetic import synthetic_model, tiny_region


def _plan(*cautions):
    region = tiny_region(1)
    model = synthetic_model(region)
    return Plan(
        region=region,
        model=model,
        scenario=region.scenarios[0],
        method="joint",
        status="optimal",
        holding="proven",
        passes=(),
        decisions=Decisions(),
        indicator_rows=(),
        record=make_record(region, model, cautions=cautions),
    )


def test_needs_that_nothing_in_reach_can_serve_are_found():
    region = tiny_region(1)
    model = synthetic_model(region)
    instance = compile_instance(region, model)
    before = needs_out_of_reach(instance)
    key = next(key for key in instance.equipment.need if instance.equipment.exam_pairs[key])
    nowhere = dict(instance.equipment.exam_pairs) | {key: []}
    cut = dataclasses.replace(instance, equipment=dataclasses.replace(instance.equipment, exam_pairs=nowhere))
    added = {pair for caution in needs_out_of_reach(cut) for pair in caution.pairs} - {
        pair for caution in before for pair in caution.pairs
    }
    assert added == {key}


@pytest.mark.parametrize("lang", labels.languages())
def test_cautions_are_told_in_words_with_names(lang):
    plan = _plan()
    place, modality = plan.region.places[0], plan.region.modalities[0]
    pairs = ((place.id, modality.id),) * 9
    told = warnings(_plan(TODAY_UNKNOWN, Caution(label="no_pair_exams", pairs=pairs)), lang)
    new = [text for text in told if text not in warnings(plan, lang)]
    assert len(new) == 2
    name = (place.name_zh or place.name_en) if lang == "zh" else (place.name_en or place.name_zh)
    assert (name or place.id) in new[1]
    assert "3" in new[1]


@pytest.mark.parametrize("lang", labels.languages())
def test_a_plan_names_who_was_passed_over_for_a_posting_and_for_whom(lang):
    told = warnings(_plan(Caution(label="posting_fewer_days", pairs=(("S7", "S1"), ("S8", "S1")))), lang)
    (new,) = [text for text in told if text not in warnings(_plan(), lang)]
    assert {"en": "S7 (S1), S8 (S1)", "zh": "S7（S1）、S8（S1）"}[lang] in new


def test_facilities_within_the_standard_that_are_not_considered_are_told():
    region = tiny_region(1)
    model = synthetic_model(region)
    access = model.standards.access
    all_kept = compile_instance(
        region, _with_access(model, access.model_copy(update={"most_pairs_kept": 50}))
    )
    few_kept = compile_instance(
        region, _with_access(model, access.model_copy(update={"most_pairs_kept": 1, "nearest_kept": 1}))
    )
    assert needs_with_pairs_left_out(all_kept) == ()
    told = {pair for caution in needs_with_pairs_left_out(few_kept) for pair in caution.pairs}
    dropped = {
        key
        for key, pairs in all_kept.equipment.exam_pairs.items()
        if len([f for f in pairs if all_kept.reach.minutes(key[0], f) <= _exams_within(access, key[1])]) > 1
    }
    assert dropped
    assert dropped <= told


def _with_access(model, access):
    return model.model_copy(update={"standards": model.standards.model_copy(update={"access": access})})


def _exams_within(access, modality):
    return access.exams_within_min_by_modality.get(modality, access.exams_within_min)


@pytest.mark.parametrize("label", ["no_pair_exams", "no_pair_consultations", "no_pair_episodes"])
def test_every_caution_has_words(label):
    assert labels.has(f"study.warning.{label}")


def test_cautions_are_kept_in_the_file():
    plan = _plan(TODAY_UNKNOWN)
    assert Plan.from_json(plan.to_json()).record.cautions == (TODAY_UNKNOWN,)
