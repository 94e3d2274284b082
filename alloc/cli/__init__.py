"""Floor 9. The command line: parse, call, print.

| file | subject |
|---|---|
| `new.py`, `check.py`, `solve.py`, `show.py`, `compare.py`, `evaluate.py`, `schema.py` | one command each |
| `solve_many.py` | `solve --all-scenarios` |
| `manner.py` | how a call wants to be answered: language, JSON, quiet |
| `program.py`, `parts.py`, `options.py`, `types.py` | the group, commands, options and values |
| `help.py` | help pages in both languages |
| `find.py` | regions, models, scenarios and plan folders by name or path |
| `output.py`, `records.py` | what goes to stdout: text, tables, JSON documents |
| `ending.py`, `faults.py` | how a call ends: exit code, and every error as a sentence or as JSON |
| `live.py` | progress and Ctrl-C |

Only click and the labels are imported here; a command's file is imported when the command is used.
"""

from alloc.cli.program import main

__all__ = ["main"]
