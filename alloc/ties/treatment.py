"""A facility treats a condition only where the examinations it needs are offered."""

from __future__ import annotations

from collections.abc import Iterator

from alloc.blocks import Blocks
from alloc.blocks.contract import Rule


def treat_only_with_the_modalities_needed(b: Blocks) -> Iterator[Rule]:
    r"""A condition is treated only where every modality it needs is offered.

    Mathematics: $\sum_{f_1} z_{icf_1f} \le y_{fm}$
    Index: places, conditions, treating facilities and the modalities the condition needs; the strong form.
    Unit: share of the episodes.
    Source: machines decide which conditions a facility can treat.
    """
    for (i, c, f), routes in b.referral.treated.items():
        for m in b.referral.data.modalities_needed.get(c, ()):
            offered = b.equipment.offered.get((f, m))
            terms = [(1.0, var) for var in routes]
            if offered is not None:
                terms.append((-1.0, offered))
            yield (i, c, f, m), None, terms, 0.0
