"""What every synthetic region draws from: kinds of exam, machine, specialty and illness, and their rates.

The figures are planning defaults of a Chinese county, mostly estimates; they are realistic in size, not facts
about any place.
"""

from __future__ import annotations

from dataclasses import dataclass

from alloc.schema.equipment import EquipmentType, Modality
from alloc.schema.facilities import Role
from alloc.schema.outreach import Specialty
from alloc.schema.referral import Condition, TierMoney
from alloc.schema.region import AgeBand

AGE_BANDS = (
    AgeBand(id="0-14", name_zh="0至14岁", name_en="aged 0 to 14"),
    AgeBand(id="15-64", name_zh="15至64岁", name_en="aged 15 to 64"),
    AgeBand(id="65+", name_zh="65岁及以上", name_en="aged 65 and over"),
)
BAND_IDS = tuple(band.id for band in AGE_BANDS)

ROLES = (
    Role(id="technologist", name_zh="影像技师", name_en="imaging technologist",
         hours_per_fte_year=1800, cost_cny_per_fte_year=120_000),
    Role(id="sonographer", name_zh="超声医师", name_en="sonographer",
         hours_per_fte_year=1800, cost_cny_per_fte_year=140_000),
    Role(id="nurse", name_zh="护士", name_en="nurse", hours_per_fte_year=1800, cost_cny_per_fte_year=100_000),
)  # fmt: skip


@dataclass(frozen=True)
class ExamKind:
    """A modality, its machines, how often each age band needs it, and the hospitals' share of it today."""

    modality: Modality
    types: tuple[EquipmentType, ...]
    per_1000: tuple[float, float, float]
    hospital_share: float


def _kind(
    modality: Modality, per_1000: tuple[float, float, float], hospital_share: float, *types: dict[str, object]
) -> ExamKind:
    rows = tuple(EquipmentType.model_validate({"modality": modality.id} | spec) for spec in types)
    return ExamKind(modality, rows, per_1000, hospital_share)


def _machine(
    type_id: str, exams: int, million_cny: float, life: int, role: str, fte: float, *,
    rooms: int = 0, tier: str = "township", most: int = 6,
) -> dict[str, object]:  # fmt: skip
    return {
        "id": type_id, "exams_per_year": exams, "price_cny": million_cny * 1e6, "life_years": life,
        "upkeep_cny_per_year": round(million_cny * 80_000), "staff_role": role, "staff_fte": fte,
        "rooms": rooms, "lowest_tier": tier, "most_per_facility": most,
        "move_cny": round(million_cny * 50_000), "retire_cny": round(million_cny * 10_000),
    }  # fmt: skip


EXAM_KINDS = (
    _kind(Modality(id="CT", name_zh="CT", name_en="CT", reading_group="imaging", study_mb=400, read_min=10),
          (60, 175, 430), 0.85,
          _machine("CT16", 11_250, 1.5, 10, "technologist", 2, rooms=1, most=3),
          _machine("CT64", 17_500, 4.0, 10, "technologist", 2, rooms=1, tier="county", most=4)),
    _kind(Modality(id="DR", name_zh="数字X线摄影", name_en="digital radiography", reading_group="imaging",
                   study_mb=30, read_min=3),
          (150, 270, 500), 0.5,
          _machine("DR", 12_000, 0.6, 10, "technologist", 1.5, rooms=1, most=6)),
    _kind(Modality(id="US", name_zh="超声", name_en="ultrasound"), (200, 520, 660), 0.6,
          _machine("US", 10_000, 0.8, 8, "sonographer", 1.2, most=12)),
    _kind(Modality(id="ECG", name_zh="心电图", name_en="ECG", reading_group="ecg", study_mb=1, read_min=3),
          (60, 310, 780), 0.5,
          _machine("ECG", 15_000, 0.03, 8, "nurse", 0.5, most=8)),
    _kind(Modality(id="MRI", name_zh="磁共振", name_en="MRI", reading_group="imaging", study_mb=250,
                   read_min=14),
          (15, 55, 120), 1.0,
          _machine("MRI15", 7_000, 5.0, 10, "technologist", 2, rooms=1, tier="county", most=4)),
    _kind(Modality(id="LAB", name_zh="生化检验", name_en="biochemistry", reading_group="laboratory",
                   study_mb=1, read_min=0.5),
          (300, 700, 1800), 0.6,
          _machine("ANALYSER", 40_000, 0.5, 8, "nurse", 1, most=6)),
    _kind(Modality(id="ENDO", name_zh="消化内镜", name_en="endoscopy"), (2, 40, 60), 1.0,
          _machine("SCOPE", 4_000, 0.9, 6, "nurse", 1.5, rooms=1, tier="county", most=8)),
    _kind(Modality(id="PATH", name_zh="病理", name_en="pathology", reading_group="pathology", study_mb=500,
                   read_min=12),
          (2, 25, 50), 1.0,
          _machine("SCANNER", 12_000, 1.2, 8, "technologist", 1, tier="county", most=3)),
)  # fmt: skip


def _specialty(spec: tuple[str, str, str], present: int, severity: float, tele: float) -> Specialty:
    return Specialty(
        id=spec[0], name_zh=spec[1], name_en=spec[2], outreach_consults_per_half_day=16,
        home_consults_per_half_day=20, tele_consults_per_half_day=12, tele_share_max=tele,
        present_at_home=present, severity=severity, allowance_cny_per_half_day=200,
    )  # fmt: skip


SPECIALTIES = (
    _specialty(("internal", "内科", "internal medicine"), 1, 1.5, 0.2),
    _specialty(("surgery", "外科", "surgery"), 1, 1.5, 0.1),
    _specialty(("tcm", "中医科", "traditional Chinese medicine"), 0, 1.0, 0.1),
    _specialty(("paediatrics", "儿科", "paediatrics"), 1, 1.5, 0.1),
    _specialty(("obgyn", "妇产科", "obstetrics and gynaecology"), 1, 1.5, 0.1),
    _specialty(("eye_ent", "眼耳鼻喉口腔科", "eye, ENT and dental"), 0, 1.0, 0.05),
    _specialty(("orthopaedics", "骨科", "orthopaedics"), 0, 1.2, 0.1),
    _specialty(("other", "其他专科", "other specialties"), 0, 1.0, 0.2),
)
SPECIALTY_MIX = (0.25, 0.10, 0.15, 0.09, 0.10, 0.14, 0.06, 0.11)
CONSULTS_BY_AGE = (0.7, 0.9, 1.7)


@dataclass(frozen=True)
class Illness:
    """A condition group, its episodes per 1,000 by age band, and the modalities its treatment needs.

    The step-down days are the last ones of the stay: who steps down frees the bed for them.
    """

    condition: Condition
    per_1000: tuple[float, float, float]
    modalities: tuple[str, ...] = ()


ILLNESSES = (
    Illness(Condition(id="stroke", name_zh="脑卒中", name_en="stroke", acute_limit_min=60, stay_days=14,
                      step_down_share=0.3, step_down_days=7, severity=5), (0.05, 2.0, 16), ("CT",)),
    Illness(Condition(id="hip_fracture", name_zh="髋部骨折", name_en="hip fracture", stay_days=16,
                      step_down_share=0.4, step_down_days=8, severity=3), (0.05, 0.3, 5), ("DR",)),
    Illness(Condition(id="copd", name_zh="慢阻肺急性加重", name_en="COPD exacerbation", stay_days=10,
                      step_down_share=0.3, step_down_days=4, severity=2), (0.0, 1.0, 16), ("DR",)),
    Illness(Condition(id="pneumonia_flu", name_zh="肺炎和流感", name_en="pneumonia and influenza",
                      treating_tier="township", stay_days=7, severity=2),
            (12, 3, 14), ("DR",)),
    Illness(Condition(id="chest_pain", name_zh="胸痛", name_en="chest pain", acute_limit_min=90, stay_days=8,
                      step_down_share=0.15, step_down_days=3, severity=5), (0.0, 1.8, 10), ("ECG",)),
    Illness(Condition(id="childbirth", name_zh="分娩", name_en="childbirth", stay_days=4.5, severity=3),
            (0.0, 9.5, 0), ("US",)),
    Illness(Condition(id="other_surgical", name_zh="其他外科住院", name_en="other surgical admissions",
                      stay_days=8, step_down_share=0.1, step_down_days=3, severity=1.5), (15, 32, 60)),
    Illness(Condition(id="other_medical", name_zh="其他内科住院", name_en="other medical admissions",
                      treating_tier="township", stay_days=8),
            (30, 35, 140)),
)  # fmt: skip

TIER_MONEY = (
    TierMoney(tier="village", visit_cny=60, stay_cny=0, reimbursed_share=0.85, occupancy_share=0.85),
    TierMoney(tier="township", visit_cny=100, stay_cny=2400, reimbursed_share=0.85, occupancy_share=0.85),
    TierMoney(tier="county", visit_cny=250, stay_cny=7000, reimbursed_share=0.75, occupancy_share=0.85),
    TierMoney(tier="city", visit_cny=361.6, stay_cny=10315.8, reimbursed_share=0.60, occupancy_share=0.85),
)
