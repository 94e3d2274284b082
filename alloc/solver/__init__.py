"""Floor 6. The only place that touches a solver: Pyomo model -> arrays -> HiGHS -> values back in the model.

| file | subject |
|---|---|
| `form.py` | a Pyomo model as arrays, ready for a solver |
| `standard.py` | the arrays themselves, whoever wrote them down |
| `live.py` | the model inside HiGHS: rows added, columns fixed, bounds changed |
| `highs.py` | minimise a cost over that model |
| `watch.py` | one run of HiGHS in its own thread: progress, cancel, Ctrl-C |
| `outcome.py` | what is asked of a solve, why it stopped, what it holds |
| `check.py` | every solution is checked again on the raw arrays |
| `scale.py` | how rows are scaled |
| `search.py` | what all searches for one goal have in common |
| `parts.py`, `part_search.py` | the parts of a model, and a large one searched kind by kind |
| `one_pass.py`, `by_parts.py`, `by_large_parts.py` | one goal by parts, put together |
| `two_stage.py`, `recourse.py`, `merged.py` | decisions first, flows by cuts: one model at many prices |
| `passes.py` | several goals: one after another, or weighted |
| `load.py` | values written back into the Pyomo variables |
| `elastic.py` | which rules clash when no solution exists |

Only the light names are imported here: Pyomo and highspy load with the files that need them.
"""

from alloc.solver.progress import CancelToken, Progress, ProgressCallback

__all__ = ["CancelToken", "Progress", "ProgressCallback"]
