"""What the reader of a plan must know of its making: needs that no plan could serve, people passed over."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable

from alloc.instance import Instance
from alloc.plan.record import Caution
from alloc.study.capable import Stream, capable
from alloc.study.postings import passed_over

_log = logging.getLogger("alloc.study")
Pair = tuple[str, str]
TODAY_UNKNOWN = Caution(label="today_unknown")


def cautions(instance: Instance) -> tuple[Caution, ...]:
    """All that can be said of an instance before it is solved."""
    return (
        *needs_out_of_reach(instance),
        *needs_with_pairs_left_out(instance),
        *specialists_passed_over(instance),
    )


def needs_out_of_reach(instance: Instance) -> tuple[Caution, ...]:
    """Needs (place, subject) that no facility, clinic or link in reach can ever serve, by stream."""
    exams, care, episodes = instance.equipment, instance.outreach, instance.referral
    consulting = (care.hospital_pairs, care.outreach_pairs, care.tele_pairs)
    found = (
        _without("no_pair_exams", exams.need, lambda key: bool(exams.exam_pairs.get(key))),
        _without("no_pair_consultations", care.need, lambda key: any(pairs.get(key) for pairs in consulting)),
        _without("no_pair_episodes", episodes.need, lambda key: bool(episodes.routes.get(key))),
    )
    return tuple(caution for caution in found if caution.pairs)


def needs_with_pairs_left_out(instance: Instance) -> tuple[Caution, ...]:
    """Needs (place, subject) for which a facility within the time standard is not considered, by stream:
    the standard ``most_pairs_kept`` drops it.
    """
    found: dict[Stream, list[Pair]] = defaultdict(list)
    needs: dict[Stream, Iterable[Pair]] = {
        "exams": instance.equipment.need,
        "consultations": instance.outreach.need,
        "episodes": instance.referral.need,
    }
    for stream, need in needs.items():
        able = capable(instance, stream)
        for place, subject in sorted(need):
            if instance.reach.leaves_out(place, able(subject), _within_min(instance, stream, subject)):
                found[stream].append((place, subject))
    return tuple(Caution(label=f"left_out_{stream}", pairs=tuple(pairs)) for stream, pairs in found.items())


def _within_min(instance: Instance, stream: Stream, subject: str) -> float:
    """The time standard of a subject, in minutes."""
    access = instance.standards.access
    if stream == "exams":
        return access.exams_within_min_by_modality.get(subject, access.exams_within_min)
    if stream == "consultations":
        return access.consultations_within_min
    acute = instance.referral.conditions[subject].acute_limit_min
    return access.episodes_within_min if acute is None else acute


def specialists_passed_over(instance: Instance) -> tuple[Caution, ...]:
    """(specialist, colleague who is considered instead) of those not considered for a posting, by reason."""
    found = passed_over(instance)
    by_reason = {
        why: tuple((one.specialist, one.colleague) for one in found if one.why == why)
        for why in ("fewer_days", "larger_clinic")
    }
    return tuple(Caution(label=f"posting_{why}", pairs=pairs) for why, pairs in by_reason.items() if pairs)


def tell(cautions: Iterable[Caution]) -> None:
    """Log cautions before the solve, for whoever follows it."""
    for caution in cautions:
        _log.warning("%s: %s", caution.label, ", ".join("/".join(pair) for pair in caution.pairs))


def _without(label: str, needs: Iterable[Pair], is_served: Callable[[Pair], bool]) -> Caution:
    return Caution(label=label, pairs=tuple(key for key in sorted(needs) if not is_served(key)))
