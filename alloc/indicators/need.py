"""Which needs are served, and where they end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from alloc.indicators.indicator import NOT_MODELLED, Value, Values, ratio
from alloc.indicators.situation import STREAMS, Flow, Situation


def share_of(
    flows: Iterable[Flow], key: Callable[[Flow], str], counts: Callable[[Flow], bool]
) -> dict[str, Value]:
    """For each ``key``, cases that ``counts`` / all cases."""
    part: dict[str, float] = defaultdict(float)
    whole: dict[str, float] = defaultdict(float)
    for flow in flows:
        whole[key(flow)] += flow.per_year
        part[key(flow)] += flow.per_year if counts(flow) else 0.0
    return {name: ratio(part[name], whole[name], "no_need") for name in whole}


def _by_stream(situation: Situation, counts: Callable[[Flow], bool]) -> Values:
    shares: dict[str, Value] = share_of(situation.flows, lambda flow: flow.stream, counts)
    shares |= share_of(situation.flows, lambda _: "all", counts)
    return {scope: shares.get(scope, NOT_MODELLED) for scope in (*STREAMS, "all")}


def in_county_share(situation: Situation) -> Values:
    r"""Need served inside the region / all need, unmet included, by stream.

    .. math:: \frac{\sum_{\text{own consortium, region}} n}{\sum_{\text{all ends}} n}

    Unit: share of cases. Source: in-county visit share (县域内就诊率).
    """
    return _by_stream(situation, lambda flow: flow.inside)


def own_consortium_share(situation: Situation) -> Values:
    """Need served in the consortium of its own place / all need, unmet included, by stream. Unit: share."""
    return _by_stream(situation, lambda flow: flow.ends == "own_consortium")


def unmet_share(situation: Situation) -> Values:
    """Need that nobody serves / all need, by stream. Unit: share of cases."""
    return _by_stream(situation, lambda flow: flow.ends == "unmet")


def unmet_per_year(situation: Situation) -> Values:
    """Need that nobody serves, by stream. Unit: exams, consultations or episodes per year."""
    totals: dict[str, float] = dict.fromkeys(situation.streams, 0.0)
    for flow in situation.flows:
        if flow.ends == "unmet":
            totals[flow.stream] += flow.per_year
    return {stream: totals.get(stream, NOT_MODELLED) for stream in STREAMS}


def unmet_share_by_service(situation: Situation) -> Values:
    """Need that nobody serves / all need, by modality, specialty and condition. Unit: share of cases."""
    shares = share_of(
        situation.flows, lambda flow: f"{flow.stream}/{flow.subject}", lambda flow: flow.ends == "unmet"
    )
    return dict(sorted(shares.items()))


def unmet_share_by_place(situation: Situation) -> Values:
    """Need of a place that nobody serves / all its need, streams added case by case. Unit: share of cases."""
    shares = share_of(situation.flows, lambda flow: flow.place, lambda flow: flow.ends == "unmet")
    missing = NOT_MODELLED if not situation.flows else ratio(0.0, 0.0, "no_need")
    return {place: shares.get(place, missing) for place in situation.instance.places}
