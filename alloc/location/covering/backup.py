"""Maximal covering with backup: what is covered once, and what is covered again by another site.

Hogan & ReVelle (1986), "Concepts and applications of backup coverage", Management Science 32: BACOP1 covers
everyone once and most people twice; BACOP2 weighs first coverage against backup.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import block_array, coo_array, csr_array, vstack

from alloc.errors import Cancelled, Infeasible, NoPlanInTime
from alloc.location.covering.choice import Choice, filled, mip_options, why_stopped, zero_one_form
from alloc.location.covering.interchange import greedy, shake
from alloc.location.covering.proof import bound_above, scale_for
from alloc.location.covering.rows import Covering
from alloc.location.pairs import Mask
from alloc.location.refusals import Reason
from alloc.location.siting import Limits
from alloc.location.stopping import stopper
from alloc.solver.highs import HighsSession
from alloc.solver.progress import CancelToken
from alloc.solver.standard import StandardForm


@dataclass(frozen=True, eq=False)
class Backup:
    """Rows to cover once (``first``) and again (``second``): what `read_covering` gives for needs 1 and 2.

    The rows of ``second`` that need two columns are those of ``first``, in the same order. With ``all_first``
    (BACOP1) every row of ``first`` must be met.
    """

    first: Covering
    second: Covering
    all_first: bool

    @property
    def n_columns(self) -> int:
        """Number of free sites."""
        return self.first.n_columns

    def together(self) -> Covering:
        """Both as rows that earn; a first coverage that is a must earns more than all backup."""
        first, second = self.first, self.second
        must = np.full(first.n_rows, 1.0 + float(second.gain.sum()))
        return Covering(
            first.columns,
            csr_array(vstack([first.matrix, second.matrix])),
            np.concatenate([first.need, second.need]),
            np.concatenate([must if self.all_first else first.gain, second.gain]),
        )

    def allows(self, chosen: Mask) -> bool:
        """Whether what must be covered is."""
        return not self.all_first or bool((self.first.counts(chosen) >= 1).all())

    def earned(self, chosen: Mask) -> float:
        """What a choice earns."""
        return self.first.earned(chosen) + self.second.earned(chosen)


def most_backed_up(backup: Backup, p: int, limits: Limits, cancel: CancelToken | None = None) -> Choice:
    """The best ``p`` columns. Raises Infeasible when no p columns cover all that must be.

    NoPlanInTime and Cancelled are raised when the search stopped before it found p columns that do.
    """
    best = _rough(backup, p, limits, cancel)
    n_first, n_second = backup.first.n_rows, backup.second.n_rows
    gain = np.concatenate([np.zeros(backup.n_columns), backup.first.gain, backup.second.gain])
    if n_first + n_second == 0:
        return Choice(best, 0.0, "nothing to choose")
    scale = scale_for(gain)
    with HighsSession(_form(backup, p)) as session:
        outcome = session.minimise(-gain * scale, options=mip_options(limits), cancel=cancel)
    if outcome.values is not None:
        found = filled(outcome.values[: backup.n_columns] > 0.5, p)
        if not backup.allows(best) or backup.earned(found) > backup.earned(best):
            best = found
    if not backup.allows(best):
        if outcome.status == "infeasible":
            raise Infeasible([Reason("no_p_cover", {"p": p})])
        raise Cancelled() if outcome.status == "cancelled" else NoPlanInTime()
    bound = float(gain.sum())
    if outcome.bound is not None:
        bound = min(bound, bound_above(-outcome.bound, scale, gain))
    bound = max(bound, backup.earned(best))
    return Choice(best, bound, "interchange, MIP", why_stopped(outcome))


def _rough(backup: Backup, p: int, limits: Limits, cancel: CancelToken | None) -> Mask:
    if p in (0, backup.n_columns):
        return np.full(backup.n_columns, p > 0)
    together = backup.together()
    stop = stopper(limits, cancel)
    return shake(together, p, greedy(together, p), limits.seed, lambda _: stop())


def _form(backup: Backup, p: int) -> StandardForm:
    """Columns: opened or not, covered once or not, covered again or not.

    ``once + again <= sum of open sites``. Where backup is worth more than first coverage, the LP would take
    half of each: then first coverage is whole, and backup needs it.
    """
    first, second, n = backup.first, backup.second, backup.n_columns
    twice = np.flatnonzero(second.need == 2)
    link = coo_array(
        (-np.ones(len(twice)), (twice, np.arange(len(twice)))), shape=(second.n_rows, first.n_rows)
    )
    minus_again = -_eye(second.n_rows)
    count = csr_array(np.ones((1, n)))
    blocks = [
        [first.matrix.astype(float), -_eye(first.n_rows), None],
        [second.matrix.astype(float), link, minus_again],
        [None, -link, minus_again],
        [count, None, None],
    ]
    greedy_backup = not backup.all_first and bool((second.gain[twice] > first.gain).any())
    again_needs_once = np.where((second.need == 2) & greedy_backup, 0.0, -np.inf)
    n_rows = first.n_rows + 2 * second.n_rows
    integer = np.concatenate(
        [np.ones(n, dtype=bool), np.full(first.n_rows, greedy_backup), np.zeros(second.n_rows, dtype=bool)]
    )
    form = zero_one_form(
        block_array(blocks).tocsc(),
        np.concatenate([np.zeros(first.n_rows + second.n_rows), again_needs_once, [float(p)]]),
        np.concatenate([np.full(n_rows, np.inf), [float(p)]]),
        integer,
    )
    if backup.all_first:
        form.col_lower[n : n + first.n_rows] = 1.0
    return form


def _eye(n: int) -> csr_array:
    return csr_array((np.ones(n), (np.arange(n), np.arange(n))), shape=(n, n))
