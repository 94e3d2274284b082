"""Where to put what: who is within reach, how few sites reach everyone, how near, how far apart.

| file | subject |
|---|---|
| `set_cover.py`, `max_cover.py`, `p_center.py`, `p_dispersion.py` | the questions, as functions |
| `rows.py` | what they have in common: rows to meet, columns to open |
| `dominance.py` | rows and columns that can be left out |
| `fewest.py`, `least_cost.py` | the fewest, the cheapest columns that meet every row |
| `partial.py` | the cheapest columns whose rows earn enough |
| `most_gain.py` | the p columns whose rows earn most |
| `gradual.py`, `backup.py` | coverage that fades; coverage twice |
| `interchange.py` | good choices of p columns |
| `lagrange.py` | a bound on them, and what it settles |
| `levels.py` | the hardest level that can still be met, for the two below |
| `radii.py`, `fits.py`, `farthest.py` | the smallest radius at which p columns meet every row |
| `swaps.py` | p columns that leave no row unmet |
| `spread.py`, `apart.py` | the largest distance at which p sites can be apart |
| `choice.py`, `reach.py` | what the searches hand back; who is within reach |
| `proof.py` | bounds that hold whatever the tolerances of an LP |
"""
