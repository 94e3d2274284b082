"""Where to put what when sites hold only so much.

| file | subject |
|---|---|
| `fixed_charge.py`, `p_median.py` | the questions, as functions |
| `problem.py` | what they have in common, in the form that every method here works on |
| `checks.py` | what no search has to find out: capacity short, a client too large |
| `transport.py` | the cheapest flows from given open sites |
| `form.py`, `mip.py` | the problem, or what is left of it, as one MIP |
| `knapsack.py`, `relaxation.py`, `lagrange.py` | bounds, and what they settle |
| `assign.py`, `incumbents.py`, `core.py` | good plans |
| `popmusic.py` | a good plan made better part by part |
| `rest.py` | what is left of a problem once sites and pairs are settled |
| `search.py` | the order of the methods |
| `answered.py` | from the question by position to the answer by id |
"""
