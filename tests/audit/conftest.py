"""The county made by hand, its good plan, and a question to the audit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alloc.instance import Instance
from alloc.plan.audit import audit
from alloc.schema import Decisions
from tests.audit import county

Ask = Callable[..., set[str]]


@pytest.fixture(scope="session")
def hand() -> Instance:
    """The county made by hand, compiled."""
    return county.instance()


@pytest.fixture(scope="session")
def good() -> Decisions:
    """A plan for it that keeps every rule."""
    return county.good()


@pytest.fixture
def broken(hand: Instance) -> Ask:
    """The names of the rules that a plan breaks, in the county or in another instance."""

    def ask(decisions: Decisions, instance: Instance | None = None, **options: object) -> set[str]:
        return {found.rule for found in audit(instance or hand, decisions, **options)}  # type: ignore[arg-type]

    return ask
