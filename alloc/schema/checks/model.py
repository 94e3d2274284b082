"""What a model refers to in its region, and limits and standards that contradict each other."""

from __future__ import annotations

from collections.abc import Callable

from alloc.schema.checks.fault import Faults, TableFault
from alloc.schema.checks.ids import SUBJECTS, known_ids
from alloc.schema.checks.scenarios import check_scenarios
from alloc.schema.model import Model
from alloc.schema.region import Region

_SLACK_CNY = 0.01
_TRAVEL_STANDARDS = (
    ("access", "exams_within_min"),
    ("access", "exams_within_min_by_modality"),
    ("access", "consultations_within_min"),
    ("access", "episodes_within_min"),
    ("access", "first_contact_within_min"),
    ("outreach", "travel_within_min"),
    ("outreach", "half_day_travel_within_min"),
    ("referral", "step_down_within_min"),
)


def check_model(model: Model, region: Region) -> list[TableFault]:
    """Every fault of a model that shows only beside a region. ``table`` is the section: ``limits``,
    ``standards.access``, or ``limits.coverage_floors`` and ``scenarios``, which have rows.
    """
    rules: tuple[Callable[[Model, Region], Faults], ...] = (
        _ids_known,
        _floors_known,
        _limits_agree,
        _standards_agree,
        _within_cutoff,
        _scenarios_sound,
    )
    return [fault for rule in rules for fault in rule(model, region)]


def _ids_known(model: Model, region: Region) -> Faults:
    """The keys of every mapping exist in the region."""
    limits, access = model.limits, model.standards.access
    for table, field, target, keys in (
        ("limits", "most_machines", "equipment_types", limits.most_machines),
        ("limits", "budget_cny_by_consortium", "consortia", limits.budget_cny_by_consortium),
        (
            "standards.access",
            "exams_within_min_by_modality",
            "modalities",
            access.exams_within_min_by_modality,
        ),
    ):
        known = known_ids(region, target)
        for key in keys:
            if key not in known:
                yield known.unknown(key, table, None, field)


def _floors_known(model: Model, region: Region) -> Faults:
    """A coverage floor names a subject of its stream, each once."""
    seen: set[tuple[str, str]] = set()
    for row, floor in enumerate(model.limits.coverage_floors):
        known = known_ids(region, SUBJECTS[floor.stream])
        if floor.subject not in known:
            yield known.unknown(floor.subject, "limits.coverage_floors", row, "subject")
        if (floor.stream, floor.subject) in seen:
            yield TableFault("duplicated_entry", "limits.coverage_floors", row, "subject", floor.subject)
        seen.add((floor.stream, floor.subject))


def _limits_agree(model: Model, region: Region) -> Faults:
    """The budgets of the consortia fit into the whole one; a rural share needs rural facilities."""
    limits = model.limits
    parts = sum(limits.budget_cny_by_consortium.values())
    if limits.budget_cny is not None and parts > limits.budget_cny + _SLACK_CNY:
        params = {"sum": f"{parts:,.0f}", "budget": f"{limits.budget_cny:,.0f}"}
        yield TableFault("budgets_exceed_total", "limits", None, "budget_cny_by_consortium", params=params)
    rural = any(facility.area == "rural" for facility in region.facilities)
    if limits.rural_share_of_spend_min and not rural:
        share = limits.rural_share_of_spend_min
        yield TableFault("no_rural_facility", "limits", None, "rural_share_of_spend_min", share)


def _standards_agree(model: Model, _: Region) -> Faults:
    """A tighter standard does not exceed the wider one that it belongs to."""
    access, outreach = model.standards.access, model.standards.outreach
    for section, field, value, wider, most in (
        ("access", "nearest_kept", access.nearest_kept, "most_pairs_kept", access.most_pairs_kept),
        (
            "outreach",
            "half_day_travel_within_min",
            outreach.half_day_travel_within_min,
            "travel_within_min",
            outreach.travel_within_min,
        ),
    ):
        if value > most:
            params = {"wider": wider, "most": f"{most:g}"}
            yield TableFault("standard_above", f"standards.{section}", None, field, value, params)
    if not outreach.day_parts:
        yield TableFault("day_parts_empty", "standards.outreach", None, "day_parts")


def _within_cutoff(model: Model, region: Region) -> Faults:
    """No standard reaches farther than travel times are known: it would stop at their cutoff unsaid."""
    cutoff = region.travel.cutoff_min
    for section, field in _TRAVEL_STANDARDS:
        minutes = getattr(getattr(model.standards, section), field)
        for asked in minutes.values() if isinstance(minutes, dict) else (minutes,):
            if asked > cutoff:
                params = {"cutoff": f"{cutoff:g}"}
                yield TableFault("standard_beyond_cutoff", f"standards.{section}", None, field, asked, params)


def _scenarios_sound(model: Model, region: Region) -> Faults:
    """The model's scenarios use the vocabulary, and none has the id of one of the region's."""
    yield from check_scenarios(model.scenarios)
    theirs = {scenario.id for scenario in region.scenarios}
    for row, scenario in enumerate(model.scenarios):
        if scenario.id in theirs:
            yield TableFault("scenario_in_both", "scenarios", row, "id", scenario.id)
