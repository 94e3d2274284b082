"""The rules of outreach: half-days that are there, rooms, what is owed, sessions and posts asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from alloc.blocks.contract import Rule

if TYPE_CHECKING:
    from alloc.blocks.outreach import OutreachBlock

SLOTS_PER_CYCLE = 40
"""Half-days in a cycle of four weeks."""


def visits_within_the_days_allowed(b: OutreachBlock) -> Iterator[Rule]:
    r"""A team's outreach stays within the days its specialists may be away.

    Mathematics: $\sum_{f,k} \sigma_{tf} v_{tfk} \le D_t$
    Index: teams $t$ (specialty, home).
    Unit: half-days per cycle.
    Source: the most outreach days per cycle of each specialist.
    """
    for t in b.data.teams:
        if b.away[t]:
            yield t, None, b.away[t], float(b.data.most_half_days[t])


def presence_kept_at_home(b: OutreachBlock) -> Iterator[Rule]:
    r"""Enough specialists stay at home in every half-day (in sum over the cycle; the roster keeps each
    half-day).

    Mathematics: $\sum_{f,k} \sigma_{tf} v_{tfk} + \sum_f \gamma_t\, \pi_{tf} \le \sum_h \max(0, n_{th} -
    m_t)$
    Index: teams.
    Unit: half-days per cycle.
    Source: stated presence of each specialty at its home hospital.
    """
    for t in b.data.teams:
        terms = [*b.away[t], *((float(b.data.posting_half_days[t]), var) for _, var in b.postings_of(t))]
        if terms:
            yield t, None, terms, float(b.data.free_half_days[t])


def visits_fit_the_consulting_rooms(b: OutreachBlock) -> Iterator[Rule]:
    r"""Visits fit the consulting rooms of the clinic.

    Mathematics: $\sum_{t,k} \sigma_{tf} v_{tfk} + \sum_t \gamma_t \pi_{tf} \le 40\, R_f$
    Index: clinics that may be visited.
    Unit: room half-days per cycle.
    Source: consulting rooms per half-day of the region file.
    """
    for f, terms in sorted(b.at_clinic.items()):
        yield f, None, terms, float(SLOTS_PER_CYCLE * b.data.rooms[f])


def owed_service_is_met(b: OutreachBlock) -> Iterator[Rule]:
    r"""Grassroots service owed before promotion is met pro rata, by each who owes it.

    Mathematics: $\sum_{f,k} \sigma_{tf} v_{tfk} + \sum_f w_t \pi_{tf} \ge \sum_{s \in t} \max(W_s, M_s)$
    Index: teams with service owed or a mentor.
    Unit: half-days per cycle; mentoring counts as service, but nobody serves for another: $w_t$ is the most
    that one who may be posted has due.
    Source: promotion to associate chief needs at least a year of grassroots service (Beijing: half a year).
    """
    for t, due in b.data.due_half_days.items():
        if due:
            served = float(b.data.due_of_one_posted[t])
            yield t, float(due), [*b.away[t], *((served, var) for _, var in b.postings_of(t))], None


def mentors_keep_their_clinic(b: OutreachBlock) -> Iterator[Rule]:
    r"""A mentor keeps visiting the clinic of the township doctor he or she is paired with.

    Mathematics: $\sum_k \sigma_{tf} v_{tfk} + \mu_{tf} \pi_{tf} \ge M_{tf}$
    Index: teams and clinics with a mentor pair.
    Unit: half-days per cycle; $\mu_{tf}$ is what one mentor is due there, or 0 where no mentor may be posted:
    nobody mentors for another.
    Source: mentor pairing (same specialist, same clinic).
    """
    for (t, f), least in sorted(b.data.mentor_half_days.items()):
        mentoring = float(b.data.mentoring_of_one_posted[t, f])
        posted = [(mentoring, var) for g, var in b.postings_of(t) if g == f and mentoring]
        yield (*t, f), float(least), [*b.visits_at(t, f), *posted], None


def posted_only_who_may_be(b: OutreachBlock) -> Iterator[Rule]:
    r"""Only specialists who may be posted are posted, each to one clinic.

    Mathematics: $\sum_f \pi_{tf} \le P_t$
    Index: teams with a specialist who may be posted.
    Unit: specialists.
    Source: postings last six months or longer.
    """
    for t, most in b.data.may_be_posted.items():
        if terms := [(1.0, var) for _, var in b.postings_of(t)]:
            yield t, None, terms, float(most)


def session_needs_are_met_or_counted(b: OutreachBlock) -> Iterator[Rule]:
    r"""Ward rounds and teaching that a clinic needs are held or counted as missing.

    Mathematics: $\sum_t \sigma_{tf} v_{tfk} + s_{fk} \ge N_{fk}$
    Index: stated needs of (clinic, specialty, session type).
    Unit: half-days per cycle.
    Source: ward rounds and teaching as session types with their own need.
    """
    for row in b.data.session_needs:
        key = (row.facility, row.specialty, row.session_type)
        held = [
            (float(b.data.step[t, f]), var)
            for (k, home, f, kind), var in b.visits.items()
            if (f, k, kind) == key and (t := (k, home))
        ]
        yield key, float(row.half_days_per_cycle), [*held, (1.0, b.short_sessions[key])], None


def resident_doctors_are_posted_or_counted(b: OutreachBlock) -> Iterator[Rule]:
    r"""A township health centre has its resident doctor, or the lack is counted.

    Mathematics: $\sum_t \pi_{tf} + s_f \ge N_f$
    Index: facilities that need one.
    Unit: doctors.
    Source: at least one relatively fixed doctor in each township health centre, for six months or longer
    (2024).
    """
    for f, needed in b.data.residents_needed.items():
        posted = [(1.0, var) for (_, _, g), var in b.posted.items() if g == f]
        yield f, float(needed), [*posted, (1.0, b.short_residents[f])], None


def half_days_given_up_are_counted(b: OutreachBlock) -> Iterator[Rule]:
    r"""Half-days kept today and given up by the plan are counted as a change.

    Mathematics: $g_{tf} \ge H_{tf} - \sum_k \sigma_{tf} v_{tfk}$
    Index: teams and clinics with visits today.
    Unit: half-days per cycle.
    Source: the goal of little disruption.
    """
    for key, var in b.given_up.items():
        k, home, f = key
        yield key, b.todays_half_days[key], [(1.0, var), *b.visits_at((k, home), f)], None
