"""Benchmark files of the literature, read as they are published: `read_<format>(path) -> SitingInstance`.

Each reader keeps its format's traps (which line of an edge counts, how distances are rounded, whether a cost
is for the whole client). What is wrong with a file is a DataError with its name and line, never a traceback.
"""

from alloc.location.files.instance import SitingInstance
from alloc.location.files.orlib import read_orlib_cap, read_orlib_pmed, read_orlib_pmedcap
from alloc.location.files.others import read_cpmp, read_holmberg, read_mclp, read_tsplib

__all__ = [
    "SitingInstance",
    "read_cpmp",
    "read_holmberg",
    "read_mclp",
    "read_orlib_cap",
    "read_orlib_pmed",
    "read_orlib_pmedcap",
    "read_tsplib",
]
