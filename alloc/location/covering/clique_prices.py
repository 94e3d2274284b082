"""At most so many sites are pairwise apart: any prices of cliques say so.

The row ``sum of a clique's sites <= 1`` is relaxed at a price u_k, 0 at least: ``L(u) = sum u_k + sum over
sites of max(0, 1 - the prices of its cliques)`` is never below what can be chosen, whatever u is (weak
duality of the clique relaxation; Nemhauser & Sigismondi 1992, J. Oper. Res. Soc. 43).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array

from alloc.location.pairs import Values

_STEPS = 1500
_PATIENCE, _CUT, _MEMORY = 30, 0.7, 0.9
_SMALLEST_STEP = 1e-4
_ASIDE = 0.5
"""Steps aim so much below the number of sites asked for, so that they do not creep up to it."""


def most_apart(cliques: csr_array, q: int, stop: Callable[[], bool]) -> float:
    """A bound on how many sites can be chosen, one of each clique (cliques x sites) at most.

    The first that is clearly below ``q`` will do. Subgradient steps (Polyak).
    """
    of_site = csr_array(cliques.T)
    n_cliques = cliques.shape[0]

    def priced(price: Values) -> tuple[float, Values]:
        unpaid: Values = 1.0 - of_site @ price
        return float(price.sum() + np.maximum(unpaid, 0.0).sum()), unpaid

    now = best = np.full(n_cliques, q / max(n_cliques, 1))
    (least, unpaid), direction = priced(now), np.zeros(n_cliques)
    value, theta, stalled = least, 1.0, 0
    for _ in range(_STEPS):
        if least < q - _ASIDE or theta < _SMALLEST_STEP or stop():
            break
        chosen = (unpaid > 0.0).astype(float)
        direction = _MEMORY * direction + (1.0 - _MEMORY) * (1.0 - cliques @ chosen)
        step = np.where((now <= 0.0) & (direction > 0.0), 0.0, direction)
        length = float(step @ step)
        if length == 0.0:
            break
        now = np.maximum(now - theta * (value - (q - _ASIDE)) / length * step, 0.0)
        value, unpaid = priced(now)
        if value < least * (1.0 - 1e-7):
            best, least, stalled = now, value, 0
            continue
        stalled += 1
        if stalled == _PATIENCE:
            theta, stalled, now, direction = theta * _CUT, 0, best, np.zeros(n_cliques)
            value, unpaid = priced(now)
    return least
