"""What a posting counts for a mentor's clinic: only a mentor who may be posted mentors there."""

from __future__ import annotations

import pytest

from alloc.instance import compile_instance
from alloc.schema.region import Region
from tests.model import everything


def with_posting(mentor_may: bool, colleague_may: bool) -> Region:
    """A mentor and a colleague of the same team, each of whom may be posted or not."""
    region = everything.region()
    mentor = next(row for row in region.specialists if row.mentor_clinic is not None)
    colleague = mentor.model_copy(
        update={"id": "colleague", "mentor_clinic": None, "may_be_posted": colleague_may}
    )
    team = [mentor.model_copy(update={"may_be_posted": mentor_may}), colleague]
    others = [
        row for row in region.specialists if (row.specialty, row.home) != (mentor.specialty, mentor.home)
    ]
    return region.model_copy(update={"specialists": (*others, *team)})


@pytest.mark.parametrize(
    ("mentor_may", "colleague_may", "counts"),
    [(False, True, False), (True, False, True), (True, True, True), (False, False, False)],
)
def test_a_posting_counts_for_a_mentor_who_may_be_posted(
    mentor_may: bool, colleague_may: bool, counts: bool
) -> None:
    outreach = compile_instance(with_posting(mentor_may, colleague_may), everything.model()).outreach
    ((where, due),) = outreach.mentor_half_days.items()
    assert outreach.mentoring_of_one_posted[where] == (due if counts else 0)
