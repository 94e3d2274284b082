"""Files, mappings and DataFrames -> Region and Model, with every fault of the input told at once; and back.

The names are imported on first use: importing this package loads neither pandas nor geopandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alloc.load.dump import dump_region
    from alloc.load.model_file import load_model
    from alloc.load.region_file import load_region

_HOMES = {
    "dump_region": "alloc.load.dump",
    "load_model": "alloc.load.model_file",
    "load_region": "alloc.load.region_file",
}

__all__ = ["dump_region", "load_model", "load_region"]


def __getattr__(name: str) -> Any:
    """Import a public name from its home on first use (PEP 562)."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value
