"""What ties the decisions to each other: one file a subject, each rule a function of the `Blocks`."""

from __future__ import annotations

from alloc.ties.open_sites import (
    beds_are_kept_only_at_open_facilities,
    machines_only_at_open_facilities,
    offer_only_at_open_facilities,
    read_only_at_open_facilities,
    serve_only_at_open_facilities,
    visit_only_open_facilities,
)
from alloc.ties.reading import exams_made_are_read, offered_exams_have_a_reader
from alloc.ties.specialists import (
    clinic_consultations_within_sessions,
    hospital_consultations_within_slots,
    tele_consultations_within_time,
)
from alloc.ties.treatment import treat_only_with_the_modalities_needed

TIES = (
    machines_only_at_open_facilities,
    offer_only_at_open_facilities,
    read_only_at_open_facilities,
    visit_only_open_facilities,
    serve_only_at_open_facilities,
    beds_are_kept_only_at_open_facilities,
    exams_made_are_read,
    offered_exams_have_a_reader,
    clinic_consultations_within_sessions,
    tele_consultations_within_time,
    hospital_consultations_within_slots,
    treat_only_with_the_modalities_needed,
)
"""Every tie between decisions, in the order of the mathematics pages."""
