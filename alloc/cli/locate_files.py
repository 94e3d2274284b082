"""The files of `alloc locate`: sites, who goes where, what flows, and everything as JSON; maps as GeoJSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from alloc.cli.find import folder_for
from alloc.location.point_costs import PointCosts
from alloc.report.formulas import guarded

if TYPE_CHECKING:
    from alloc.cli.locate_summary import Summary

_ANSWER: Final = "answer.json"


def check_folder(name: str) -> Path:
    """A folder that an answer may be written to: new, empty, or one of ours. Raises UsageError."""
    return folder_for(name, _ANSWER, in_use="cli.locate.error.folder_in_use")


def save_answer(summary: Summary, folder: Path) -> list[Path]:
    """Write the files and return them; answer.json is last. Raises OSError."""
    costs = summary.question.costs
    pairs = [
        (str(costs.client_ids[client]), str(costs.site_ids[site]), float(cost), float(amount))
        for client, site, cost, amount in zip(
            summary.client, summary.site, summary.cost, summary.amount, strict=True
        )
    ]
    assigned = {(str(client), str(site)) for client, site in summary.answer.assignment.items()}
    texts = {
        "sites.csv": _site_table(summary),
        "assignment.csv": _table(
            ("client", "site", "cost"), (row[:3] for row in pairs if row[:2] in assigned)
        ),
    }
    if summary.answer.flows:
        texts["flows.csv"] = _table(("client", "site", "cost", "amount"), pairs)
    texts |= {name: json.dumps(layer, ensure_ascii=False) + "\n" for name, layer in _maps(summary).items()}
    texts[_ANSWER] = json.dumps(summary.record(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        new = folder / f".{name}.new"
        new.write_bytes(text.encode("utf-8-sig" if name.endswith(".csv") else "utf-8"))
        new.replace(folder / name)
    return [folder / name for name in texts]


def _site_table(summary: Summary) -> str:
    head = ["site", "state", "clients", "amount", "mean_cost", "worst_cost"]
    rows = [list(vars(site).values()) for site in summary.sites]
    costs = summary.question.costs
    if isinstance(costs, PointCosts):
        head += ["lon", "lat"] if _on_the_earth(costs) else ["x", "y"]
        place = {str(one): costs.sites[number].tolist() for number, one in enumerate(costs.site_ids)}
        rows = [[*row, *place[row[0]]] for row in rows]
    return _table(head, rows)


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    text = StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow(head)
    out.writerows([_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    return repr(round(cell, 6) + 0.0) if isinstance(cell, float) else guarded(str(cell))


def _on_the_earth(costs: PointCosts) -> bool:
    return costs.metric.name.startswith("great_circle")


def _maps(summary: Summary) -> dict[str, dict[str, Any]]:
    """Open sites as points, and a line from each client to its site; of longitude and latitude only."""
    costs = summary.question.costs
    if not isinstance(costs, PointCosts) or not _on_the_earth(costs):
        return {}
    place = {str(one): costs.sites[number].tolist() for number, one in enumerate(costs.site_ids)}
    points = [_feature("Point", place[site.id], vars(site)) for site in summary.sites]
    lines = []
    for client, site, cost in zip(summary.client, summary.site, summary.cost, strict=True):
        ends = [costs.clients[client].tolist(), costs.sites[site].tolist()]
        told = {
            "client": str(costs.client_ids[client]),
            "site": str(costs.site_ids[site]),
            "cost": float(cost),
        }
        lines.append(_feature("LineString", ends, told))
    maps = {"sites.geojson": points, "assignment.geojson": lines}
    return {name: {"type": "FeatureCollection", "features": found} for name, found in maps.items() if found}


def _feature(kind: str, coordinates: list[Any], properties: dict[str, Any]) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": properties}
