"""Where the solver does not take the numbers of what is left, what was proven before stands."""

import numpy as np
import pytest
from highspy import Highs, HighsModelStatus

from alloc.location import p_median
from alloc.location.median.master import Master, NumbersRefusedError


def test_the_answer_keeps_the_bound_of_prices(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(self: Master, seconds: float) -> None:
        raise NumbersRefusedError("Empty")

    random = np.random.default_rng(2)
    cost = random.uniform(0.0, 1.0, (40, 40))
    proven = p_median(cost, p=3)
    monkeypatch.setattr(Master, "solve", refused)
    answer = p_median(cost, p=3)
    assert "what prices have proven stands" in caplog.text
    assert answer.bound <= proven.objective <= answer.objective
    assert answer.gap < 1.0
    assert answer.status == ("optimal" if answer.gap <= 1e-6 else "time_limit")


def test_a_solver_that_gives_up_is_asked_once_more(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """HiGHS sometimes ends a re-solve from a worn basis without a status."""
    random = np.random.default_rng(2)
    cost = random.uniform(0.0, 1.0, (40, 40))
    proven = p_median(cost, p=3, gap=0.0)
    ask, asked = Highs.getModelStatus, []

    def gives_up_at_first(self: Highs) -> HighsModelStatus:
        asked.append(True)
        return HighsModelStatus.kNotset if len(asked) % 2 else ask(self)

    monkeypatch.setattr(Highs, "getModelStatus", gives_up_at_first)
    answer = p_median(cost, p=3, gap=0.0)
    assert asked
    assert not caplog.text
    assert (answer.objective, answer.status) == (proven.objective, "optimal")
