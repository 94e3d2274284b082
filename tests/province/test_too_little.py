"""What is told where no set of county plans fits what is shared."""

from __future__ import annotations

from alloc.limits.money import CNY_PER_UNIT
from alloc.study.province.county import BED_DAYS_PER_UNIT
from alloc.study.province.master import Known
from alloc.study.province.question import Column
from alloc.study.province.too_little import too_little


def known(*plans: tuple[float, float]) -> Known:
    """A county whose plans take so much of the budget and so many bed-days."""
    return Known([Column(goal=1.0, spend=spend, beds=beds, decided=()) for spend, beds in plans])


def test_only_what_is_short_is_told_and_who_takes_most_of_it() -> None:
    counties = {"a": known((9.0, 9.0), (4.0, 6.0)), "b": known((1.0, 8.0))}
    (reason,) = too_little(counties, (6.0, 12.0))
    assert reason.what == "beds"
    assert reason.short == 2.0 * BED_DAYS_PER_UNIT
    assert [name for name, _ in reason.largest] == ["b", "a"]
    for lang in ("en", "zh"):
        assert f"{2 * BED_DAYS_PER_UNIT:,.0f}" in reason.message(lang)


def test_money_is_told_in_cny() -> None:
    (reason,) = too_little({"a": known((4.0, 0.0)), "b": known((3.0, 0.0))}, (6.5,))
    assert (reason.what, reason.short) == ("budget", 0.5 * CNY_PER_UNIT)
    assert "5,000" in reason.message("en")


def test_where_a_county_has_no_plan_nothing_is_promised() -> None:
    assert too_little({"a": known((4.0, 0.0)), "b": known()}, (1.0,)) == []
