"""What matters in a plan, counted once for the terminal, the workbook's first sheet and the comparison."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from alloc import labels
from alloc.plan.plan import Plan
from alloc.plan.record import Caution
from alloc.report.words import Names, code_word, number, share, word
from alloc.schema.outreach import WEEKDAYS
from alloc.schema.plan import CentreRow, Ends, IndicatorRow, LimitRow, MachineRow, RosterRow
from alloc.schema.region import TABLES as REGION_TABLES
from alloc.schema.region import Region

STREAMS: Final = ("exams", "consultations", "episodes")
ENDS: Final[tuple[Ends, ...]] = ("own_consortium", "region", "outside", "unmet")
KEY_INDICATORS: Final = (
    ("in_county_share", "all"),
    ("unmet_share", "all"),
    ("primary_visit_share", "region"),
    ("in_county_admission_share", "region"),
    ("residents_within_15_min", "any_care"),
    ("mean_travel_min", "all"),
    ("worst_place_travel_min", "region"),
    ("served_share_rural_to_urban", "all"),
    ("reading_centre_coverage", "imaging"),
    ("outreach_days_per_cycle", "all"),
    ("step_down_share", "region"),
    ("spend_per_resident", "region"),
)
"""(indicator, scope) in the order in which they are shown."""
_PARTS: Final = ("day", "am", "pm")
_NOTHING: Final = 5e-4
_MOST_PAIRS: Final = 6
_CAUTION_SUBJECTS: Final = {
    "no_pair_exams": "modality",
    "no_pair_consultations": "specialty",
    "no_pair_episodes": "condition",
    "left_out_exams": "modality",
    "left_out_consultations": "specialty",
    "left_out_episodes": "condition",
}


@dataclass(frozen=True)
class Purchase:
    """Machines of one type bought, or retired: how many where, and the money."""

    equipment_type: str
    count: int
    cny: float
    at: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Move:
    """Machines of one type that move: how many from where to where, and the money."""

    equipment_type: str
    count: int
    cny: float
    ways: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class ReadingRoom:
    """A reading centre, the other facilities it reads for, and its load (None without capacity)."""

    row: CentreRow
    reads_for: tuple[str, ...]
    load: float | None


def machines_of(plan: Plan, action: str) -> list[MachineRow]:
    """The machine rows of one action."""
    return [row for row in plan.decisions.machines if row.action == action and row.count]


def purchases(plan: Plan, action: str) -> list[Purchase]:
    """Machines bought or retired by type, dearest first."""
    count: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    cny: dict[str, float] = defaultdict(float)
    for row in machines_of(plan, action):
        count[row.equipment_type][row.facility] += row.count
        cny[row.equipment_type] += row.spend_cny
    found = [
        Purchase(kind, sum(at.values()), cny[kind], tuple(sorted(at.items()))) for kind, at in count.items()
    ]
    return sorted(found, key=lambda p: (-p.cny, p.equipment_type))


def moves(plan: Plan) -> list[Move]:
    """Machines moved by type, most first."""
    ways: dict[str, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    cny: dict[str, float] = defaultdict(float)
    for row in machines_of(plan, "move"):
        ways[row.equipment_type][row.from_facility or "", row.facility] += row.count
        cny[row.equipment_type] += row.spend_cny
    found = [
        Move(kind, sum(at.values()), cny[kind], tuple((a, b, n) for (a, b), n in sorted(at.items())))
        for kind, at in ways.items()
    ]
    return sorted(found, key=lambda m: (-m.count, m.equipment_type))


def reading_rooms(plan: Plan) -> list[ReadingRoom]:
    """Reading centres that read for others, busiest first within their group."""
    sites: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in plan.decisions.reading:
        if row.facility != row.centre:
            sites[row.centre, row.reading_group].add(row.facility)
    rooms = [
        ReadingRoom(
            row,
            tuple(sorted(sites[row.facility, row.reading_group])),
            row.read_min_per_year / row.capacity_min_per_year if row.capacity_min_per_year else None,
        )
        for row in plan.decisions.centres
        if row.shared or sites[row.facility, row.reading_group]
    ]
    return sorted(rooms, key=lambda r: (r.row.reading_group, -len(r.reads_for), r.row.facility))


def own_readers(plan: Plan) -> dict[str, int]:
    """By reading group, how many facilities read their own and for nobody else."""
    count: dict[str, int] = defaultdict(int)
    rooms = {(room.row.facility, room.row.reading_group) for room in reading_rooms(plan)}
    for row in plan.decisions.centres:
        if not row.shared and (row.facility, row.reading_group) not in rooms:
            count[row.reading_group] += 1
    return dict(count)


def clinics(plan: Plan) -> dict[str, list[RosterRow]]:
    """The roster by clinic: clinics in the region's order, visits by weekday."""
    order = {facility.id: n for n, facility in enumerate(plan.region.facilities)}
    found: dict[str, list[RosterRow]] = defaultdict(list)
    for row in plan.decisions.roster:
        found[row.facility].append(row)
    for rows in found.values():
        rows.sort(key=lambda r: (WEEKDAYS.index(r.weekday), _PARTS.index(r.part), r.specialty, r.specialist))
    return {clinic: found[clinic] for clinic in sorted(found, key=lambda c: (order.get(c, len(order)), c))}


def need_ends(plan: Plan) -> dict[str, dict[Ends, float]]:
    """Cases per year by stream and by where they end; streams without any need are left out."""
    total: dict[str, dict[Ends, float]] = {stream: dict.fromkeys(ENDS, 0.0) for stream in STREAMS}
    for e in plan.decisions.exam_flows:
        total["exams"][e.ends] += e.exams_per_year
    for c in plan.decisions.consult_flows:
        total["consultations"][c.ends] += c.consults_per_year
    for s in plan.decisions.episode_flows:
        if s.leg != "step_down":
            total["episodes"][s.ends] += s.episodes_per_year
    return {stream: ends for stream, ends in total.items() if sum(ends.values()) > 0.0}


def up_referrals(plan: Plan) -> float:
    """Episodes a year that are passed from their first contact to another facility."""
    return sum(
        row.episodes_per_year
        for row in plan.decisions.episode_flows
        if row.leg == "route" and row.treated_at is not None and row.treated_at != row.first_contact
    )


def step_downs(plan: Plan) -> float:
    """Episodes a year that step down."""
    return sum(row.episodes_per_year for row in plan.decisions.episode_flows if row.leg == "step_down")


def key_indicators(plan: Plan) -> list[IndicatorRow]:
    """The indicators that a planner looks at first; a plan without them gives those of the region."""
    computed = {(row.indicator, row.scope): row for row in plan.indicator_rows if row.computed}
    found = [computed[key] for key in KEY_INDICATORS if key in computed]
    return found or [row for (_, scope), row in computed.items() if scope == "region"][: len(KEY_INDICATORS)]


def indicator_name(names: Names, row: IndicatorRow) -> str:
    """An indicator's name, with its scope where that is more special than all of the region."""
    name = code_word("indicator", row.indicator, names.lang)
    if row.scope in ("region", "all"):
        return name
    return word("plan.say.scoped", names.lang, name=name, scope=names.scope(row.scope))


def yearly_by_payer(plan: Plan) -> dict[str, float]:
    """Yearly cost by who pays, CNY per year, capital spread over its life; without payers who pay nothing."""
    total: dict[str, float] = defaultdict(float)
    for row in plan.decisions.costs:
        total[row.payer] += row.cny if row.kind == "yearly" else row.cny / row.life_years
    return {payer: total[payer] for payer in ("region", "fund", "patient") if total[payer]}


def binding_limits(plan: Plan) -> list[LimitRow]:
    """Limits without room left."""
    return [row for row in plan.decisions.limits if row.binding]


def estimates(region: Region) -> int:
    """Input rows whose figures are estimates."""
    return sum(row.status == "estimate" for table in REGION_TABLES for row in getattr(region, table))


def warnings(plan: Plan, lang: str) -> list[str]:
    """What whoever reads this plan must bear in mind, gravest first."""
    found: list[str] = []

    def say(key: str, **params: object) -> None:
        found.append(labels.text(f"plan.warning.{key}", lang, **params))

    audit = plan.record.audit
    if plan.holding == "nothing":
        say("nothing")
    elif audit is not None and audit.findings:
        say("audit_failed", n=len(audit.findings), first=audit.findings[0])
    if plan.holding == "incumbent" and plan.method != "evaluate":
        say("not_proven")
    if short := unmet_streams(plan, lang):
        say("unmet", streams=word("plan.say.list", lang).join(short))
    found += [caution_text(plan, caution, lang) for caution in plan.record.cautions]
    if plan.region.about.semi_synthetic:
        say("semi_synthetic")
    if count := estimates(plan.region):
        say("estimates", n=number(count))
    if plan.holding != "nothing" and audit is None:
        say("not_audited")
    if missing := sum(not row.computed for row in plan.indicator_rows):
        say("not_computed", n=missing)
    say("decision_support")
    return found


def caution_text(plan: Plan, caution: Caution, lang: str) -> str:
    """A caution of the record in words; of many pairs, the first few and how many more."""
    names, key = Names(plan.region, lang), f"study.warning.{caution.label}"
    if not labels.has(key):
        return caution.label
    column = _CAUTION_SUBJECTS.get(caution.label, "")
    told = [
        word("study.warning.pair", lang, place=names.of("place", place), subject=names.of(column, subject))
        for place, subject in caution.pairs[:_MOST_PAIRS]
    ]
    if more := len(caution.pairs) - len(told):
        told.append(word("study.warning.more", lang, n=more))
    return labels.text(key, lang, pairs=word("plan.say.list", lang).join(told))


def unmet_streams(plan: Plan, lang: str) -> list[str]:
    """The streams of which a share stays unmet, each with the share."""
    return [
        word(
            "plan.warning.unit_of_share",
            lang,
            stream=code_word("stream", stream, lang),
            share=share(ends["unmet"] / sum(ends.values())),
        )
        for stream, ends in need_ends(plan).items()
        if ends["unmet"] > _NOTHING * sum(ends.values())
    ]


def move_ways(names: Names, move: Move) -> str:
    """From where to where machines move: "County Hospital → Xinshi × 2"."""
    ways = [
        (
            labels.text(
                "plan.say.moved", names.lang, origin=names.facility(a), destination=names.facility(b)
            ),
            n,
        )
        for a, b, n in move.ways
    ]
    return _counted(ways, names.lang)


def at_places(names: Names, at: tuple[tuple[str, int], ...], lang: str) -> str:
    """Where machines go: "County Hospital × 2, Xinshi"."""
    return _counted([(names.facility(f), n) for f, n in at], lang)


def _counted(things: list[tuple[str, int]], lang: str) -> str:
    parts = [
        name if n == 1 else labels.text("plan.say.machine", lang, name=name, count=n) for name, n in things
    ]
    return labels.text("plan.say.list", lang).join(parts)
