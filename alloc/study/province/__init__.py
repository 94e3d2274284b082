"""Many counties under one budget: a master prices it, counties answer with plans and bounds.

| file | subject |
|---|---|
| `run.py` | `solve_province`, as a table of contents |
| `wishes.py` | what is asked of a run, and what it tells |
| `rounds.py` | the rounds: prices go out, plans and bounds come in |
| `next_price.py`, `improve.py` | the next prices; what is done where they stand still |
| `question.py` | what a county is asked, and what it answers |
| `county.py` | one county's answer to prices |
| `finish.py` | one county's whole, audited plan within its share |
| `master.py` | the restricted master (a linear program): prices; the bound on the province |
| `choice.py` | one plan a county, chosen within the budget |
| `too_little.py` | why no choice fits what is shared, and how much more would do |
| `workers.py` | processes of this machine, or a Dask cluster |
| `store.py` | answers on the disk, so that nothing is solved twice |
| `outcome.py` | the province's plan: one row a county, value, bound, gap |
| `audit.py` | spend and beds added up again from the county plans' rows |
"""

from typing import TYPE_CHECKING

from alloc.lazy import on_first_use

if TYPE_CHECKING:
    from alloc.study.province.audit import audit_province
    from alloc.study.province.outcome import CountyRow, ProvincePlan
    from alloc.study.province.run import solve_province

_HOMES = {
    "CountyRow": "alloc.study.province.outcome",
    "ProvincePlan": "alloc.study.province.outcome",
    "audit_province": "alloc.study.province.audit",
    "solve_province": "alloc.study.province.run",
}

__all__ = ["CountyRow", "ProvincePlan", "audit_province", "solve_province"]

__getattr__, __dir__ = on_first_use(__name__, _HOMES)
