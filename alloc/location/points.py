"""Costs between two layers of points."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from alloc.location.metrics import METRICS, Metric, is_geographic, metric_of
from alloc.location.point_costs import PointCosts
from alloc.location.point_layers import PointLayer, read_layer
from alloc.location.read_numbers import read_numbers
from alloc.location.read_options import check_number
from alloc.location.refusals import FaultList, usage


def between(
    clients: Any,
    sites: Any,
    *,
    metric: str | None = None,
    detour: float = 1.0,
    rounded: Literal["down"] | None = None,
    cutoff: float | None = None,
    weights: str | None = None,
    status: str | None = None,
) -> PointCosts:
    """Costs between points, made as they are asked for: no full matrix.

    Args:
        clients, sites: Arrays (n, 2); DataFrames with ``x, y`` or ``lon, lat``; or GeoDataFrames of points.
            Ids are those of a column ``id``, else the index.
        metric: One of `METRICS`. By default ``great_circle_km`` for longitude and latitude (columns of that
            name, a geographic coordinate system), else ``euclidean``; in metres for a projected one.
        detour: How much longer the way is than the distance.
        rounded: 'down' to whole numbers, as the p-median instances of TSPLIB have it.
        cutoff: Pairs that cost more are not admissible.
        weights: Column of the clients' layer that holds their weights.
        status: Column of the sites' layer that says existing, required, candidate or prohibited.

    Raises DataError with all faults of the layers, UsageError for what does not fit together.
    """
    check_number(detour, "detour", finite=True)
    if detour == 0.0:
        raise usage("detour", value=detour)
    if rounded not in (None, "down"):
        raise usage("rounded", value=rounded)
    if cutoff is not None:
        check_number(cutoff, "cutoff")
    faults = FaultList()
    client_layer, site_layer = read_layer(clients, "clients", faults), read_layer(sites, "sites", faults)
    chosen = _metric(client_layer, site_layer, metric, float(detour), rounded)
    states = {} if status is None else site_layer.states(status, faults)
    own_weights = None
    if weights is not None:
        own_weights = read_numbers(client_layer.ids, "client", client_layer.column(weights), weights, faults)
    faults.raise_any()
    return PointCosts(
        client_layer.points,
        site_layer.points,
        client_layer.ids,
        site_layer.ids,
        chosen,
        np.inf if cutoff is None else float(cutoff),
        client_column=client_layer.column,
        own_weights=own_weights,
        own_states=states,
    )


def _metric(
    clients: PointLayer, sites: PointLayer, name: str | None, detour: float, rounded: str | None
) -> Metric:
    """Raises UsageError where the coordinate systems differ, or do not go with the metric."""
    for layer, other in ((clients, sites), (sites, clients)):
        if (
            layer.crs is None
            and hasattr(layer.table, "geom_type")
            and (name is None or other.crs is not None)
        ):
            raise usage("crs_missing", layer=layer.name)
    if clients.crs is not None and sites.crs is not None and clients.crs != sites.crs:
        raise usage("crs_differ", clients=_told(clients.crs), sites=_told(sites.crs))
    known = {layer.lon_lat for layer in (clients, sites)} - {None}
    if len(known) == 2:
        raise usage("mixed_coordinates")
    lon_lat = known.pop() if known else None
    if name is None:
        name = "great_circle_km" if lon_lat else "euclidean"
    if name not in METRICS:
        raise usage("metric", value=name, known=", ".join(METRICS))
    if lon_lat is not None and is_geographic(name) != lon_lat:
        kind = "longitude and latitude" if lon_lat else "x, y"
        raise usage("crs_metric", metric=name, crs=_told(clients.crs or sites.crs or kind))
    return metric_of(name, detour, rounded_down=rounded == "down")


def _told(crs: Any) -> str:
    """A short name of a coordinate system: its authority's code where it has one."""
    to_string = getattr(crs, "to_string", None)
    return str(crs) if to_string is None else str(to_string())
