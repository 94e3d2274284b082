"""Maximal covering (MCLP), gradual and with backup: p sites so that the weight within reach is most."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, Literal

import numpy as np

from alloc.location.answer import Answer
from alloc.location.covering.backup import Backup, most_backed_up
from alloc.location.covering.choice import Choice
from alloc.location.covering.gradual import Decay, Fading, steps
from alloc.location.covering.most_gain import most_gain
from alloc.location.covering.reach import check_radius, nearest_within, reaching, refuse_clients
from alloc.location.covering.rows import n_open, read_covering
from alloc.location.inputs import read_siting
from alloc.location.pairs import Index, Mask, Pairs
from alloc.location.read_options import check_number
from alloc.location.refusals import usage
from alloc.location.siting import Limits, Siting, check_count
from alloc.solver.progress import CancelToken

BackupForm = Literal["bacop1", "bacop2"]


def max_cover(
    cost: Any,
    weights: Any = None,
    *,
    radius: float,
    p: int,
    backup: BackupForm | None = None,
    first_share: float = 0.5,
    radius_partial: float | None = None,
    decay: Decay = "linear",
    partial_share: float = 0.5,
    existing: Iterable[Hashable] = (),
    required: Iterable[Hashable] = (),
    prohibited: Iterable[Hashable] = (),
    cutoff: float | None = None,
    time_limit_s: float = 60.0,
    gap: float = 1e-6,
    seed: int = 0,
    cancel: CancelToken | None = None,
) -> Answer:
    """Open ``p`` sites so that the weight of the clients within ``radius`` of one is most.

    Church & ReVelle (1974), "The maximal covering location problem", Papers of the RSA 32.

    Args:
        cost: Clients x sites: an array, a sparse matrix of the admissible pairs, a DataFrame, or `Costs`.
        weights: One a client, 1 where not given.
        radius: Largest cost of a pair that counts as covered (``<=``).
        p: How many sites to open; ``required`` ones count, ``existing`` ones do not (but they cover).
        backup: 'bacop1' covers every client once and most weight twice; 'bacop2' counts ``first_share`` of a
            client's weight for its first cover and the rest for its second, by another site (`backup.py`).
        first_share: Of 'bacop2'; near 1, backup only decides between plans of equal first coverage.
        radius_partial: Where given, coverage fades beyond ``radius`` and ends there (`gradual.py`).
        decay: 'linear', down to 0 at ``radius_partial``, or 'step': ``partial_share`` of the weight between
            the two radii.
        partial_share: Of the 'step' decay.
        existing, required, prohibited: Ids of sites, see `Siting`.
        cutoff: Pairs that cost more are not admissible, whatever the radii.
        time_limit_s, gap, seed, cancel: See `Limits`.

    The objective is the covered weight, and the bound stands above it. ``details`` holds ``covered_weight``
    (what is covered once, as far as it is) and ``share`` (of the whole weight), with backup ``backup_weight``
    too (covered twice): the objective of 'bacop1'. Clients that nothing covers are not in ``assignment``.

    Raises UsageError (p or another number does not fit), DataError (faults of the input), and for 'bacop1'
    Infeasible (no p sites cover everyone), NoPlanInTime and Cancelled (stopped before such were found).
    """
    limits = Limits(time_limit_s, gap, seed)
    check_radius(radius)
    if backup is not None and radius_partial is not None:
        raise usage("backup_and_partial")
    fading = Fading(radius, radius if radius_partial is None else radius_partial, decay, partial_share)
    siting = read_siting(
        cost, weights, existing=existing, required=required, prohibited=prohibited, cutoff=cutoff
    )
    check_count(siting, p)
    free = int(p) - int((siting.required & ~siting.existing).sum())
    pairs = siting.costs.within(min(fading.last, siting.cutoff))
    if backup is None:
        columns, choice = _fading(siting, pairs, fading, free, limits, cancel)
    else:
        columns, choice = _twice(siting, pairs, backup, first_share, free, limits, cancel)
    is_open = siting.open_anyway.copy()
    is_open[columns[choice.chosen]] = True
    details = _details(siting, pairs, fading, is_open, twice=backup is not None)
    objective = _worth(details, backup, first_share)
    anyway = _details(siting, pairs, fading, siting.open_anyway, twice=backup is not None)
    return siting.answer(
        "max_cover",
        is_open,
        nearest_within(pairs, is_open),
        objective,
        max(choice.bound + _worth(anyway, backup, first_share), objective),
        limits,
        method=choice.method,
        stopped=choice.stopped,
        details=details,
    )


def _fading(
    siting: Siting, pairs: Pairs, fading: Fading, p: int, limits: Limits, cancel: CancelToken | None
) -> tuple[Index, Choice]:
    """Sites (positions) and which of them to open; what open sites cover anyway is not in the bound."""
    rows, gain = steps(pairs, siting.weights, fading)
    covering = read_covering(siting, rows, np.ones(rows.n_clients, dtype=np.int64), gain)
    return covering.columns, most_gain(covering, p, limits, cancel)


def _twice(
    siting: Siting,
    pairs: Pairs,
    form: BackupForm,
    first_share: float,
    p: int,
    limits: Limits,
    cancel: CancelToken | None,
) -> tuple[Index, Choice]:
    """As `_fading`, with backup."""
    if str(form) not in ("bacop1", "bacop2"):  # an array would not compare
        raise usage("backup_form", value=form)
    check_number(first_share, "first_share", most=1.0)
    once = np.ones(siting.n_clients, dtype=np.int64)
    share = 0.0 if form == "bacop1" else first_share
    first = read_covering(siting, pairs, once, share * siting.weights)
    second = read_covering(siting, pairs, 2 * once, (1.0 - share) * siting.weights)
    if form == "bacop1":
        alone = np.flatnonzero(reaching(siting, pairs) == 0)
        refuse_clients(siting, alone, "none_within")
    backup = Backup(first.earning(p), second.earning(p), all_first=form == "bacop1")
    return first.columns, most_backed_up(backup, p, limits, cancel)


def _details(siting: Siting, pairs: Pairs, fading: Fading, is_open: Mask, *, twice: bool) -> dict[str, float]:
    """What open sites cover, from the costs as given."""
    _, near = pairs.nearest_open(is_open)
    covered = float(siting.weights @ fading.share(near))
    total = float(siting.weights.sum())
    details = {"covered_weight": covered, "share": covered / total if total else 1.0}
    if twice:
        details["backup_weight"] = float(siting.weights[n_open(pairs, is_open) >= 2].sum())
    return details


def _worth(details: dict[str, float], form: BackupForm | None, first_share: float) -> float:
    if form is None:
        return details["covered_weight"]
    if form == "bacop1":
        return details["backup_weight"]
    return first_share * details["covered_weight"] + (1.0 - first_share) * details["backup_weight"]
