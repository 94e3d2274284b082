"""A plan cut back to what a roster holds is told with the first solve's bounds and reasons."""

import pytest

from alloc.solver.passes import PassesResult, PassReport
from alloc.study.conclude import _with_bounds_of


def solved(status, objective, bound):
    holding = "proven" if status == "optimal" else "incumbent"
    report = PassReport("unmet", status, holding, objective, bound, 0.0, 1.0, 1)
    return PassesResult([report], None, status, holding)


@pytest.mark.parametrize(
    ("first", "again", "status", "holding", "gap"),
    [
        (("optimal", 100.0, 100.0), ("optimal", 100.0, 100.0), "optimal", "proven", 0.0),
        (("optimal", 100.0, 100.0), ("optimal", 125.0, 125.0), "optimal", "incumbent", 0.2),
        (("time_limit", 100.0, 75.0), ("optimal", 100.0, 100.0), "time_limit", "incumbent", 0.25),
        (("time_limit", 100.0, 100.0), ("optimal", 100.0, 100.0), "optimal", "proven", 0.0),
        (("optimal", 100.0, 100.0), ("time_limit", 125.0, 110.0), "time_limit", "incumbent", 0.2),
    ],
)
def test_bounds_and_reasons_of_the_first_solve(first, again, status, holding, gap):
    told = _with_bounds_of(solved(*first), solved(*again), 0.005)
    (report,) = told.reports
    assert (told.status, told.holding) == (report.status, report.holding) == (status, holding)
    assert report.gap == pytest.approx(gap)
    assert report.bound == first[2]
