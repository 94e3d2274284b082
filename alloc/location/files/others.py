"""Formats of TSPLIB, of Lorena and Senne (SJC), of Holmberg et al., and of the maximal covering cities."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from alloc.location.costs import MatrixCosts
from alloc.location.files.instance import SitingInstance, numbered
from alloc.location.files.numbers import Numbers, check_cells, refuse, text_lines
from alloc.location.metrics import metric_of
from alloc.location.pairs import Values
from alloc.location.point_costs import PointCosts

_MCLP_EARTH_M: Final = 6_378_100.0


def read_tsplib(path: str | Path) -> SitingInstance:
    """Cities as clients and sites: Euclidean distance rounded DOWN, as the p-median literature has it.

    (The travelling salesman rounds to the nearest.) Source: G. Reinelt, "TSPLIB", ORSA J. Computing 3, 1991.
    """
    header, body, line = _sections(path, "NODE_COORD_SECTION")
    n = _dimension(path, header)
    kind = header.get("EDGE_WEIGHT_TYPE", "")
    if kind != "EUC_2D":
        refuse(path, "edge_weight_type", value=kind, known="EUC_2D")
    numbers = Numbers(path, body, line)
    rows = numbers.table(n, 3)
    numbers.end()
    points = np.ascontiguousarray(rows[:, 1:])
    ids = numbered(n)
    costs = PointCosts(points, points, ids, ids.copy(), metric_of("euclidean", rounded_down=True))
    return SitingInstance(Path(path).stem, costs, demand=np.ones(n), points=points)


def read_cpmp(path: str | Path) -> SitingInstance:
    """Capacitated p-median: ``n p``; n lines ``x y capacity demand``. Distances are exact, not weighted.

    Lorena & Senne (2004), "A column generation approach to capacitated p-median problems", C&OR 31.
    """
    numbers = Numbers(path)
    n, p = numbers.whole(1), numbers.whole(1)
    rows = numbers.table(n, 4)
    numbers.end()
    numbers.check_not_negative(rows[:, 2], 2 + 2, 4)
    numbers.check_not_negative(rows[:, 3], 2 + 3, 4)
    points = np.ascontiguousarray(rows[:, :2])
    ids = numbered(n)
    return SitingInstance(
        Path(path).stem,
        PointCosts(points, points, ids, ids.copy(), metric_of("euclidean")),
        cost_is="total",
        demand=rows[:, 3].copy(),
        capacity=rows[:, 2].copy(),
        p=p,
        points=points,
    )


def read_holmberg(path: str | Path) -> SitingInstance:
    """Single-source facilities: ``m n``; m lines ``capacity fixed_cost``; n demands; m x n costs by facility.

    A cost is for the whole client. Holmberg, Rönnqvist & Yuan (1999), "An exact algorithm for the capacitated
    facility location problems with single sourcing", EJOR 113.
    """
    numbers = Numbers(path)
    m, n = numbers.whole(1), numbers.whole(1)
    check_cells(path, n, m)
    sites = numbers.table(m, 2, least=0.0)
    demand = numbers.many(n, least=0.0)
    costs = numbers.table(m, n, least=0.0)
    numbers.end()
    return SitingInstance(
        Path(path).stem,
        MatrixCosts(np.ascontiguousarray(costs.T), numbered(n), numbered(m)),
        cost_is="total",
        demand=demand,
        capacity=sites[:, 0].copy(),
        fixed_cost=sites[:, 1].copy(),
    )


def read_mclp(path: str | Path) -> SitingInstance:
    """Maximal covering of a city: ``latitude longitude`` of every node, then its whole demand. Metres.

    Distances as in Maximo et al. (2023): ``float32(acos(...)) x 6378100``; another formula or radius of the
    Earth gives other optima.
    """
    header, body, line = _sections(path, "NODE_COORD_SECTION")
    n = _dimension(path, header)
    check_cells(path, n, n)
    split = next((i for i, text in enumerate(body) if text.strip() == "DEMAND_SECTION"), None)
    if split is None:
        refuse(path, "no_section", section="DEMAND_SECTION")
    nodes = Numbers(path, body[:split], line)
    points = nodes.table(n, 2)
    nodes.end()
    numbers = Numbers(path, body[split + 1 :], line + split + 1)
    demand = numbers.many(n, least=0.0)
    numbers.end()
    ids = numbered(n)
    costs = MatrixCosts(_mclp_metres(points), ids, ids.copy())
    return SitingInstance(Path(path).stem, costs, demand=demand, points=np.ascontiguousarray(points[:, ::-1]))


def _mclp_metres(lat_lon: Values) -> Values:
    lat, lon = np.radians(lat_lon[:, 0]), np.radians(lat_lon[:, 1])
    metres = np.empty((len(lat), len(lat)))
    for i in range(len(lat)):
        cosine = np.sin(lat[i]) * np.sin(lat) + np.cos(lat[i]) * np.cos(lat) * np.cos(lon[i] - lon)
        metres[i] = np.arccos(np.clip(cosine, -1.0, 1.0)).astype(np.float32) * _MCLP_EARTH_M
    np.fill_diagonal(metres, 0.0)
    return metres


def _sections(path: str | Path, section: str) -> tuple[dict[str, str], list[str], int]:
    """``KEY : value`` lines before a section; the lines after its name, up to EOF; where these begin."""
    lines = text_lines(path)
    header: dict[str, str] = {}
    begin = next((i for i, line in enumerate(lines) if line.strip() == section), None)
    for number, line in enumerate(lines[:begin], 1):
        key, colon, value = line.partition(":")
        if line.strip() and not colon:
            refuse(path, "header", line=number, value=line.strip(), section=section)
        header[key.strip()] = value.strip()
    if begin is None:
        refuse(path, "no_section", section=section)
    end = next((i for i in range(begin + 1, len(lines)) if lines[i].strip() == "EOF"), len(lines))
    return header, lines[begin + 1 : end], begin + 2


def _dimension(path: str | Path, header: dict[str, str]) -> int:
    text = header.get("DIMENSION", "")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:12]) <= 10_000_000:
        refuse(path, "dimension", value=text)
    return int(text)
