"""Which sites are open today, must be opened, or must stay shut: lists of ids, as masks."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final

import numpy as np

from alloc.location.costs import Ids
from alloc.location.pairs import Mask
from alloc.location.refusals import FaultList, usage

STATES: Final = ("existing", "required", "prohibited")


def read_states(site_ids: Ids, chosen: Mapping[str, Any], faults: FaultList) -> dict[str, Mask]:
    """A mask for each list of ids. Unknown ids, ids twice in a list, and ids in two lists are faults."""
    place = {site: number for number, site in enumerate(site_ids)}
    masks: dict[str, Mask] = {}
    found_in: dict[Hashable, str] = {}
    for state, given in chosen.items():
        mask: Mask = np.zeros(len(site_ids), dtype=bool)
        for site in _listed(given, state, faults):
            if site not in place:
                faults.add("unknown_site", state, site)
            elif mask[place[site]]:
                faults.add("listed_twice", state, site)
            elif site in found_in:
                faults.add("in_two_lists", state, site, other=found_in[site])
            else:
                mask[place[site]] = True
                found_in[site] = state
        masks[state] = mask
    return masks


def _listed(given: Any, state: str, faults: FaultList) -> list[Hashable]:
    """The ids of a list. A text alone, or a mask, is not one: both would be misread in silence."""
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise usage("not_a_list", name=state, value=given)
    ids: list[Hashable] = []
    for one in given:
        if isinstance(one, (bool, np.bool_)):
            raise usage("mask_for_ids", name=state)
        try:
            hash(one)
        except TypeError:
            faults.add("unknown_site", state, one)
        else:
            ids.append(one)
    return ids
