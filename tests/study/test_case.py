"""What a caller may ask of a scenario, and what is refused in words."""

from __future__ import annotations

import pytest

from alloc.errors import UsageError
from alloc.study.case import under
from tests.study import small


def test_only_names_the_decisions_that_are_free() -> None:
    facts, wishes, chosen = under(small.region(1), small.model(1), "baseline", ["imaging", "imaging"])
    assert wishes.decisions == ("imaging",)
    assert wishes.limits == small.model(1).limits
    assert facts == small.region(1)
    assert chosen.id == "baseline"


@pytest.mark.parametrize("only", [["imagin"], ["imaging", ""], "imaging"])
def test_a_decision_that_there_is_not(only) -> None:
    with pytest.raises(UsageError, match="There is no decision") as caught:
        under(small.region(1), small.model(1), "baseline", only)
    assert "equipment, imaging, outreach, referral" in caught.value.message("zh")
