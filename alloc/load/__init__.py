"""Files, mappings and DataFrames -> Region and Model, with every fault of the input told at once; and back.

The names are imported on first use: importing this package loads neither pandas nor geopandas.
"""

from typing import TYPE_CHECKING

from alloc.lazy import on_first_use

if TYPE_CHECKING:
    from alloc.load.dump import dump_region
    from alloc.load.frames import region_from_frames
    from alloc.load.model_file import load_model
    from alloc.load.new import write_starter
    from alloc.load.province_file import is_province_file, load_province
    from alloc.load.region_file import load_region
    from alloc.load.road_files import read_graphml, read_road_layer
    from alloc.load.save import save_region

_HOMES = {
    "dump_region": "alloc.load.dump",
    "is_province_file": "alloc.load.province_file",
    "load_model": "alloc.load.model_file",
    "load_province": "alloc.load.province_file",
    "load_region": "alloc.load.region_file",
    "read_graphml": "alloc.load.road_files",
    "read_road_layer": "alloc.load.road_files",
    "region_from_frames": "alloc.load.frames",
    "save_region": "alloc.load.save",
    "write_starter": "alloc.load.new",
}

__all__ = [
    "dump_region",
    "is_province_file",
    "load_model",
    "load_province",
    "load_region",
    "read_graphml",
    "read_road_layer",
    "region_from_frames",
    "save_region",
    "write_starter",
]

__getattr__, __dir__ = on_first_use(__name__, _HOMES)
