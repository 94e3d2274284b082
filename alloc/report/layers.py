"""The map layers of a plan: places, facilities and flows, in WGS-84, ready for QGIS."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from alloc.plan.plan import Plan
from alloc.plan.views import points_of
from alloc.report.digest import ENDS
from alloc.report.geopackage import Layer, SqlType, Value, bounds_of, line, point, write_geopackage
from alloc.report.map_styles import style_table
from alloc.report.words import Names, holding_word, own_name, own_note, verdict
from alloc.schema.places import Place

Columns = list[tuple[str, SqlType]]
_NAMED: Columns = [("id", "TEXT"), ("name_zh", "TEXT"), ("name_en", "TEXT")]


def write_layers(plan: Plan, path: Path, lang: str) -> None:
    """Write the GeoPackage: layers places, facilities, flows, areas where polygons are known, and two tables.

    Every description and the table ``plan`` say whether the plan is proven; the table ``layer_styles`` says
    how QGIS draws the layers.
    """
    told = " · ".join(
        (
            own_name(plan.region.about, lang),
            own_name(plan.scenario, lang),
            holding_word(plan, lang),
        )
    )
    layers = [_places(plan, told), _facilities(plan, told), _flows(plan, told, lang)]
    areas = [place for place in plan.region.places if place.polygon_wkt]
    if areas:
        layers.append(_areas(areas, told))
    moment = _moment(plan.record.created)
    layers += [_about(plan, told, lang), style_table(told, lang, moment)]
    write_geopackage(path, layers, moment)


def _places(plan: Plan, told: str) -> Layer:
    persons: dict[str, float] = defaultdict(float)
    for row in plan.region.population:
        persons[row.place] += row.residents
    streams = _ends_by_place(plan)
    columns: Columns = [*_NAMED, ("area", "TEXT"), ("consortium", "TEXT"), ("residents", "REAL")]
    columns.append(("share_unmet", "REAL"))
    for stream in streams:
        columns.append((f"{stream}_per_year", "REAL"))
        columns += [(f"{stream}_share_{ends}", "REAL") for ends in ENDS]
    rows: list[list[Value]] = []
    for place in plan.region.places:
        cells: list[Value] = [place.id, place.name_zh, place.name_en, place.area, place.consortium]
        ends_here = [by_place[place.id] for by_place in streams.values()]
        cells += [persons[place.id], _share("unmet", *ends_here)]
        for amounts in ends_here:
            cells.append(sum(amounts.values()))
            cells += [_share(ends, amounts) for ends in ENDS]
        rows.append(cells)
    return _points("places", told, columns, rows, plan)


def _share(ends: str, *streams: dict[str, float]) -> float | None:
    """The share of all cases that ends so; None of no cases."""
    total = sum(sum(amounts.values()) for amounts in streams)
    return sum(amounts[ends] for amounts in streams) / total if total else None


def _ends_by_place(plan: Plan) -> dict[str, dict[str, dict[str, float]]]:
    """Cases per year by stream, place and where they end."""
    found: dict[str, dict[str, dict[str, float]]] = {
        stream: defaultdict(lambda: dict.fromkeys(ENDS, 0.0)) for stream in ("exams", "consults", "episodes")
    }
    for e in plan.decisions.exam_flows:
        found["exams"][e.place][e.ends] += e.exams_per_year
    for c in plan.decisions.consult_flows:
        found["consults"][c.place][c.ends] += c.consults_per_year
    for s in plan.decisions.episode_flows:
        if s.leg != "step_down":
            found["episodes"][s.place][s.ends] += s.episodes_per_year
    return found


def _facilities(plan: Plan, told: str) -> Layer:
    d = plan.decisions
    closed = {row.facility for row in d.sites if not row.open}
    bought, moved_in, retired, standing = (defaultdict[str, int](int) for _ in range(4))
    for m in d.machines:
        counts = {"buy": bought, "move": moved_in, "retire": retired}
        if m.action in counts:
            counts[m.action][m.facility] += m.count
        if m.action != "retire":
            standing[m.facility] += m.count
    reads_for: dict[str, set[str]] = defaultdict(set)
    for r in d.reading:
        if r.facility != r.centre:
            reads_for[r.centre].add(r.facility)
    sessions: dict[str, float] = defaultdict(float)
    for v in d.visits:
        sessions[v.facility] += v.half_days_per_cycle
    columns: Columns = [
        *_NAMED,
        ("tier", "TEXT"),
        ("area", "TEXT"),
        ("consortium", "TEXT"),
        ("lead", "BOOLEAN"),
    ]
    columns += [
        ("open", "BOOLEAN"),
        ("beds", "INTEGER"),
        ("machines", "INTEGER"),
        ("machines_bought", "INTEGER"),
    ]
    columns += [("machines_moved_in", "INTEGER"), ("machines_retired", "INTEGER")]
    columns += [("sites_read_for", "INTEGER"), ("outreach_half_days_per_cycle", "REAL")]
    rows: list[list[Value]] = [
        [
            *(f.id, f.name_zh, f.name_en, f.tier, f.area, f.consortium, f.lead),
            *(f.id not in closed, f.beds, standing[f.id], bought[f.id]),
            *(moved_in[f.id], retired[f.id], len(reads_for[f.id]), sessions[f.id]),
        ]
        for f in plan.region.facilities
    ]
    return _points("facilities", told, columns, rows, plan)


def _points(name: str, told: str, columns: Columns, rows: list[list[Value]], plan: Plan) -> Layer:
    points = points_of(plan.region)
    found = [points.get(str(row[0])) for row in rows]
    return Layer(
        name,
        told,
        columns,
        rows,
        "POINT",
        [None if p is None else point(*p) for p in found],
        bounds_of([p for p in found if p is not None]),
    )


def _flows(plan: Plan, told: str, lang: str) -> Layer:
    points, names = points_of(plan.region), Names(plan.region, lang)
    place_ids = {place.id for place in plan.region.places}
    flows = plan.flows()
    columns: Columns = [("origin", "TEXT"), ("destination", "TEXT"), ("origin_name", "TEXT")]
    columns += [("destination_name", "TEXT"), ("kind", "TEXT"), ("subject", "TEXT"), ("subject_name", "TEXT")]
    columns += [("per_year", "REAL"), ("minutes", "REAL")]
    subject_field = {
        **dict.fromkeys(("exam", "reading"), "modality"),
        **dict.fromkeys(("outreach", "consultation", "tele_consultation"), "specialty"),
        **dict.fromkeys(("first_contact", "up_referral", "step_down"), "condition"),
        "machine_move": "equipment_type",
    }
    rows: list[list[Value]] = []
    shapes: list[bytes | None] = []
    used: list[tuple[float, float]] = []
    for f in flows:
        origin_field = "place" if f.origin in place_ids and not _between_facilities(f.kind) else "facility"
        ends = (names.of(origin_field, f.origin), names.facility(f.destination))
        subject = names.of(subject_field[f.kind], f.subject)
        rows.append([f.origin, f.destination, *ends, f.kind, f.subject, subject, f.per_year, f.minutes])
        a, b = points.get(f.origin), points.get(f.destination)
        shapes.append(None if a is None or b is None else line(a, b))
        used += [p for p in (a, b) if p is not None]
    return Layer("flows", told, columns, rows, "LINESTRING", shapes, bounds_of(used))


def _between_facilities(kind: str) -> bool:
    return kind in ("reading", "outreach", "up_referral", "step_down", "machine_move")


def _areas(places: list[Place], told: str) -> Layer:
    """The places' polygons; text that is no polygon gives a row without geometry."""
    import shapely

    shapes: list[bytes | None] = []
    corners: list[tuple[float, float]] = []
    for place in places:
        shape = shapely.from_wkt(place.polygon_wkt, on_invalid="ignore")
        if isinstance(shape, shapely.Polygon):
            shape = shapely.MultiPolygon([shape])
        if not isinstance(shape, shapely.MultiPolygon) or shape.is_empty:
            shapes.append(None)
            continue
        shapes.append(shapely.to_wkb(shape, output_dimension=2, byte_order=1))
        low_x, low_y, high_x, high_y = shape.bounds
        corners += [(low_x, low_y), (high_x, high_y)]
    rows: list[list[Value]] = [[p.id, p.name_zh, p.name_en] for p in places]
    return Layer("areas", told, _NAMED, rows, "MULTIPOLYGON", shapes, bounds_of(corners))


def _about(plan: Plan, told: str, lang: str) -> Layer:
    note = own_note(plan.region.about, lang)
    facts = {
        **plan.provenance(),
        "verdict": verdict(plan, lang),
        "semi_synthetic": str(plan.region.about.semi_synthetic).lower(),
        "created": plan.record.created,
        **({"note": note} if note else {}),
    }
    return Layer("plan", told, [("name", "TEXT"), ("value", "TEXT")], list(facts.items()))


def _moment(created: str) -> str:
    """The time of the record as GeoPackage writes it; today's when it is no ISO time."""
    try:
        moment = datetime.fromisoformat(created)
    except ValueError:
        moment = datetime.now(UTC)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
