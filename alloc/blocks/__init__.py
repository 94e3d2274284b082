"""Pyomo blocks: one file, one decision. `build_blocks` makes them all; a new decision is one more line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from alloc.blocks.consultations import ConsultationsBlock
from alloc.blocks.contract import DecisionBlock, Terms
from alloc.blocks.equipment import EquipmentBlock
from alloc.blocks.imaging import ImagingBlock
from alloc.blocks.outreach import OutreachBlock
from alloc.blocks.referral import ReferralBlock
from alloc.blocks.sites import SitesBlock
from alloc.instance import Instance


@dataclass(frozen=True)
class Blocks:
    """All decision blocks of one model, by subject."""

    instance: Instance
    sites: SitesBlock
    equipment: EquipmentBlock
    imaging: ImagingBlock
    outreach: OutreachBlock
    consultations: ConsultationsBlock
    referral: ReferralBlock

    def __iter__(self) -> Iterator[DecisionBlock]:
        """The blocks in the order in which they are decided one after another."""
        yield from (
            self.sites,
            self.equipment,
            self.imaging,
            self.outreach,
            self.consultations,
            self.referral,
        )

    def terms(self) -> Terms:
        """Everything all blocks cost, use, serve and make travel."""
        terms = Terms()
        for block in self:
            terms.extend(block.terms)
        return terms


REGISTRY: tuple[type[DecisionBlock], ...] = (
    SitesBlock,
    EquipmentBlock,
    ImagingBlock,
    OutreachBlock,
    ConsultationsBlock,
    ReferralBlock,
)


def build_blocks(instance: Instance) -> Blocks:
    """Every decision block for one instance."""
    return Blocks(instance, **{block.name: block(instance) for block in REGISTRY})  # type: ignore[arg-type]
