"""The plan made by hand, once for all tests."""

import pytest

from alloc.schema.plan import Decisions
from alloc.synthetic import synthetic_model
from tests.report.hand_made import county, plan_of


@pytest.fixture(scope="session")
def region():
    return county()


@pytest.fixture(scope="session")
def model(region):
    return synthetic_model(region)


@pytest.fixture(scope="session")
def plan(region, model):
    return plan_of(region, model)


@pytest.fixture(scope="session")
def empty_plan(region, model):
    """A plan that holds nothing: every table is empty."""
    return plan_of(
        region,
        model,
        holding="nothing",
        status="time_limit",
        decisions=Decisions(),
        passes=(),
        indicator_rows=(),
    )


@pytest.fixture(scope="session")
def plan_maker():
    return plan_of
