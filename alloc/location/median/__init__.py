"""Where to put what: problems in which every client goes to the nearest open site.

| file | subject |
|---|---|
| `p_median.py`, `equity.py`, `uncapacitated.py` | the questions, as functions |
| `problem.py` | what they have in common, in the form that every method here works on |
| `interchange.py` | good answers: greedy, then one site for another while that helps |
"""
