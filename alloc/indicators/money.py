"""What it costs, per resident and year, by who pays."""

from __future__ import annotations

from alloc.indicators.indicator import NOT_MODELLED, Values, ratio
from alloc.indicators.situation import Situation


def _per_resident(situation: Situation, *payers: str) -> Values:
    if not situation.decisions.costs:
        return {"region": NOT_MODELLED}
    cny = sum(amount for payer in payers for _, amount in situation.yearly_cny(payer))
    return {"region": ratio(cny, situation.residents, "no_residents")}


def spend_per_resident(situation: Situation) -> Values:
    r"""What the health bureau, the fund and patients pay together, per resident and year.

    .. math:: \frac{\sum \text{yearly} + \sum \text{capital} / \text{life in years}}{P}

    Only what the model costs: machines, sites, reading centres, outreach, modelled consultations and stays.
    Unit: CNY per resident-year.
    """
    return _per_resident(situation, "region", "fund", "patient")


def bureau_spend_per_resident(situation: Situation) -> Values:
    """The health bureau's part of `spend_per_resident`. Unit: CNY per resident-year."""
    return _per_resident(situation, "region")


def fund_spend_per_resident(situation: Situation) -> Values:
    """The medical insurance fund's part of `spend_per_resident`. Unit: CNY per resident-year."""
    return _per_resident(situation, "fund")


def patient_spend_per_resident(situation: Situation) -> Values:
    """The patients' own part of `spend_per_resident`. Unit: CNY per resident-year."""
    return _per_resident(situation, "patient")
