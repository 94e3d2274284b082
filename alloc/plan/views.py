"""The heavy views of a plan: pandas, GeoPandas and networkx, imported only when one is asked for."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from alloc.plan.flows import Flow
from alloc.schema.base import Frozen
from alloc.schema.facilities import Facility
from alloc.schema.places import Place
from alloc.schema.region import Region

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx
    import pandas as pd


def frame_of(rows: Sequence[Frozen], row_type: type[Frozen], attrs: Mapping[str, str]) -> pd.DataFrame:
    """Typed rows as a DataFrame; with no rows it still has its columns and their types."""
    import pandas as pd

    fields = row_type.model_fields
    columns = {
        name: pd.Series([getattr(row, name) for row in rows], dtype=_dtype(field.annotation))
        for name, field in fields.items()
    }
    frame = pd.DataFrame(columns, columns=list(fields))
    frame.attrs.update(attrs)
    return frame


def lines_of(flows: Sequence[Flow], region: Region, attrs: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Flows as straight lines; a flow without both points keeps its row and has no geometry."""
    import geopandas as gpd
    import pandas as pd
    from shapely import LineString

    points = points_of(region)
    texts, numbers = ("origin", "destination", "kind", "subject"), ("per_year", "minutes")
    columns = {
        name: pd.Series([getattr(f, name) for f in flows], dtype="float64" if name in numbers else "str")
        for name in (*texts, *numbers)
    }
    ends = [(points.get(f.origin), points.get(f.destination)) for f in flows]
    lines = [LineString([a, b]) if a is not None and b is not None else None for a, b in ends]
    frame = gpd.GeoDataFrame(columns, geometry=lines, crs=region.about.crs)
    frame.attrs.update(attrs)
    return frame


def network_of(flows: Sequence[Flow], region: Region, attrs: Mapping[str, str]) -> nx.DiGraph[str]:
    """Places and facilities as nodes, and one arc for each pair between which something flows."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.graph.update(attrs)
    for place in region.places:
        graph.add_node(place.id, node_type="place", **_attributes(place))
    for facility in region.facilities:
        graph.add_node(facility.id, node_type="facility", tier=facility.tier, **_attributes(facility))
    for flow in flows:
        graph.add_edge(flow.origin, flow.destination)
        arc = graph.edges[flow.origin, flow.destination]
        name = "machines_moved" if flow.kind == "machine_move" else f"{flow.kind}_per_year"
        arc[name] = arc.get(name, 0.0) + flow.per_year
        arc["kinds"] = tuple(sorted({*arc.get("kinds", ()), flow.kind}))
        if flow.minutes is not None and flow.kind != "reading":
            arc["minutes"] = flow.minutes
    return graph


def points_of(region: Region) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of every place and facility that has them."""
    rows: tuple[Place | Facility, ...] = (*region.places, *region.facilities)
    return {row.id: (row.lon, row.lat) for row in rows if row.lon is not None and row.lat is not None}


def _attributes(row: Place | Facility) -> dict[str, Any]:
    names = ("name_zh", "name_en", "area", "consortium", "lon", "lat")
    return {name: getattr(row, name) for name in names}


def _dtype(annotation: Any) -> Any:
    """The pandas type of a column; missing numbers are NaN, so optional whole numbers become floats."""
    optional = get_origin(annotation) in (Union, types.UnionType)
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)] if optional else [annotation]
    if kinds == [bool]:
        return "bool"
    if kinds == [int]:
        return "float64" if optional else "int64"
    if kinds == [float]:
        return "float64"
    return object if get_origin(kinds[0]) is tuple else "str"
