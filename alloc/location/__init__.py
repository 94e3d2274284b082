"""Where to put what: the fast exact engine for siting questions, on numpy, scipy and HiGHS alone.

| file | subject |
|---|---|
| `inputs.py` | what the caller hands in, checked |
| `costs.py`, `pairs.py` | costs by matrix, sparse pairs or coordinates; pairs in order of cost |
| `siting.py`, `answer.py` | the question by position, the answer by id |
"""
