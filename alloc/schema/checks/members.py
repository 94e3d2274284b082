"""Consortia and their leads, specialists and their homes, and who reads for whom."""

from __future__ import annotations

from alloc.schema.checks.fault import Faults, TableFault, listed
from alloc.schema.facilities import TIERS, Tier
from alloc.schema.region import Region


def rank(tier: Tier) -> int:
    """The tiers in order: village 0, township 1, county 2, city 3."""
    return TIERS.index(tier)


def one_lead_each(region: Region) -> Faults:
    """Every consortium has exactly one lead hospital, and every lead hospital is in a consortium."""
    leads: dict[str, list[int]] = {consortium.id: [] for consortium in region.consortia}
    for row, facility in enumerate(region.facilities):
        if facility.lead and facility.consortium is None:
            params = {"id": facility.id}
            yield TableFault("lead_without_consortium", "facilities", row, "lead", params=params)
        elif facility.lead and facility.consortium in leads:
            leads[facility.consortium].append(row)
    for number, consortium in enumerate(region.consortia):
        rows = leads[consortium.id]
        if not rows:
            members = listed(f.id for f in region.facilities if f.consortium == consortium.id) or "-"
            params = {"members": members}
            yield TableFault("consortium_without_lead", "consortia", number, "id", consortium.id, params)
        for row in rows[1:]:
            first, other = region.facilities[rows[0]].id, region.facilities[row].id
            params = {"id": other, "consortium": consortium.id, "leader": first}
            yield TableFault("consortium_two_leads", "facilities", row, "lead", params=params)


def specialists_sound(region: Region) -> Faults:
    """A specialist has weekdays, none twice, a home above the township, and a mentor clinic below it."""
    tier = {facility.id: facility.tier for facility in region.facilities}
    for row, person in enumerate(region.specialists):
        if not person.days:
            params = {"id": person.id}
            yield TableFault("specialist_without_days", "specialists", row, "days", params=params)
        elif len(set(person.days)) < len(person.days):
            yield TableFault("weekday_twice", "specialists", row, "days", ", ".join(person.days))
        home = tier.get(person.home)
        if home is not None and rank(home) <= rank("township"):
            params = {"id": person.id, "tier": home}
            yield TableFault("specialist_home_too_low", "specialists", row, "home", person.home, params)
            continue
        clinic = tier.get(person.mentor_clinic or "")
        if home is not None and clinic is not None and rank(clinic) >= rank(home):
            params = {"id": person.id, "tier": clinic, "home": person.home}
            yield TableFault(
                "mentor_clinic_too_high", "specialists", row, "mentor_clinic", person.mentor_clinic, params
            )


def readers_where_read(region: Region) -> Faults:
    """Today's centre has readers of the group; and it is listed as a centre, unless it reads only its own."""
    staffed = {(row.facility, row.reading_group) for row in region.readers if row.count > 0}
    listed_centres = {(row.facility, row.reading_group) for row in region.reading_centres}
    for row, today in enumerate(region.reading_today):
        key = (today.centre, today.reading_group)
        params = {"group": today.reading_group}
        if key not in staffed:
            yield TableFault("centre_without_readers", "reading_today", row, "centre", today.centre, params)
        if today.centre != today.facility and key not in listed_centres:
            yield TableFault("centre_not_listed", "reading_today", row, "centre", today.centre, params)
