"""Where to put what: problems in which every client goes to the nearest open site.

| file | subject |
|---|---|
| `p_median.py`, `equity.py`, `uncapacitated.py` | the questions, as functions |
| `problem.py`, `reading.py` | what they have in common, in the form that every method here works on |
| `lists.py`, `search.py`, `found.py`, `goal.py` | the order of the methods; when a bound is enough |
| `interchange.py`, `shake.py`, `cover.py`, `incumbent.py` | good choices |
| `prices.py`, `lagrangian.py`, `narrow.py` | bounds by prices, and what they rule out |
| `master.py`, `cuts.py`, `tree.py`, `branching.py` | Benders cuts in a tree of our own |
| `parts.py`, `shares.py`, `sums.py` | problems that fall apart |
| `prefixes.py` | the nearest part of many lists at once |
"""
