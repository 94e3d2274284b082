"""Good inputs, each a fresh copy on the disk that a test may damage: one region three ways, and a model."""

from __future__ import annotations

import csv
from pathlib import Path
from textwrap import dedent

import pytest
import xlsxwriter

from alloc.load import dump_region, load_region

MANIFEST = """\
schema_version: 1
about:
  id: good
  name_zh: 好县
  planning_year: 2026
  crs: EPSG:4326
travel:
  method: table
tables:
{tables}
scenarios:
  - id: one-leaves
    changes:
      - {{op: remove, table: specialists, where: {{id: S1}}}}
"""

CSV = {
    "age_bands": """
        id,name_zh
        young,0至64岁
        old,65岁及以上
    """,
    "places": """
        id,name_zh,area,consortium,lon,lat
        0101,东村,rural,C1,86.00,44.00
        0102,西村,rural,C1,86.10,44.00
        0103,城区,urban,C1,86.05,44.05
    """,
    "population": """
        place,age_band,residents
        0101,young,900
        0101,old,300
        0102,young,800
        0102,old,200
        0103,young,5000
        0103,old,900
    """,
    "consortia": """
        id,name_zh
        C1,第一医共体
    """,
    "facilities": """
        id,name_zh,tier,area,consortium,lead,lon,lat,beds,machine_rooms
        H1,县医院,county,urban,C1,yes,86.05,44.04,80,2
        T1,东村卫生院,township,rural,C1,no,86.01,44.00,10,1
    """,
    "roles": """
        id,hours_per_fte_year,cost_cny_per_fte_year
        tech,1800,100000
    """,
    "staff": """
        facility,role,fte
        H1,tech,3
        T1,tech,1
    """,
    "modalities": """
        id,reading_group,study_mb,read_min
        CT,imaging,300,10
    """,
    "equipment_types": """
        id,modality,exams_per_year,price_cny,life_years,upkeep_cny_per_year,staff_role,staff_fte,rooms
        CT16,CT,8000,1500000,10,120000,tech,2,1
    """,
    "price_breaks": """
        equipment_type,quantity_from,price_cny
        CT16,2,1400000
    """,
    "inventory": """
        facility,equipment_type,install_year,count
        H1,CT16,2018,1
    """,
    "exam_rates": """
        modality,age_band,per_1000
        CT,young,150
        CT,old,400
    """,
    "readers": """
        facility,reading_group,count
        H1,imaging,2
    """,
    "reading_centres": """
        facility,reading_group,exists
        H1,imaging,yes
    """,
    "reading_today": """
        facility,reading_group,centre
        T1,imaging,H1
    """,
    "specialties": """
        id,outreach_consults_per_half_day,home_consults_per_half_day,tele_consults_per_half_day
        cardio,16,20,12
    """,
    "specialists": """
        id,specialty,home,days
        S1,cardio,H1,"Mon, Wed, Fri"
        S2,cardio,H1,
    """,
    "consult_rates": """
        specialty,age_band,per_1000
        cardio,young,20
        cardio,old,90
    """,
    "conditions": """
        id,stay_days,step_down_share,step_down_days
        stroke,10,0.3,6
    """,
    "capabilities": """
        facility,condition,role,episodes_per_year
        T1,stroke,first_contact,
        H1,stroke,treat,90
        T1,stroke,step_down,
    """,
    "episode_rates": """
        condition,age_band,per_1000
        stroke,young,1
        stroke,old,12
    """,
    "tier_money": """
        tier,visit_cny,stay_cny,reimbursed_share,occupancy_share
        township,100,2400,0.85,0.8
        county,250,7000,0.75,0.85
        city,400,15000,0.6,0.9
    """,
    "travel_minutes": """
        origin,destination,minutes
        0101,T1,4
        0101,H1,12
        0102,H1,15
        0103,H1,5
        T1,H1,11
    """,
}

MODEL = """\
schema_version: 1
id: good-model
decisions: [equipment, imaging, outreach, referral]
standards:
  access:
    exams_within_min: 60
limits:
  budget_cny: 3000000
  rural_share_of_spend_min: 0.7
goals:
  - {goal: unmet}
  - {goal: travel, tolerance_share: 0.02}
scenarios:
  - id: cut
    changes:
      - {op: scale, table: limits, field: budget_cny, by: 0.7}
"""

TEXT_COLUMNS = ("id", "place", "origin", "destination")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A region folder: region.yaml and a CSV file a table. Returns the manifest."""
    (tmp_path / "region").mkdir()
    for table, text in CSV.items():
        (tmp_path / "region" / f"{table}.csv").write_text(dedent(text).strip() + "\n", encoding="utf-8")
    tables = "\n".join(f"  {table}: {table}.csv" for table in CSV)
    manifest = tmp_path / "region" / "region.yaml"
    manifest.write_text(MANIFEST.format(tables=tables), encoding="utf-8")
    return manifest


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """The same in one workbook, ids as text."""
    path = tmp_path / "region.xlsx"
    with xlsxwriter.Workbook(path) as book:
        about = book.add_worksheet("about")
        for row, pair in enumerate(
            [("key", "value"), ("id", "good"), ("planning_year", 2026), ("crs", "EPSG:4326")]
        ):
            about.write_row(row, 0, pair)
        travel = book.add_worksheet("travel")
        travel.write_row(0, 0, ("key", "value"))
        travel.write_row(1, 0, ("method", "table"))
        for table, text in CSV.items():
            sheet = book.add_worksheet(table)
            header, *lines = csv.reader(dedent(text).strip().splitlines())
            sheet.write_row(0, 0, header)
            for row, line in enumerate(lines, 1):
                for column, cell in enumerate(line):
                    if header[column] in TEXT_COLUMNS or not cell.replace(".", "").isdigit():
                        sheet.write_string(row, column, cell)
                    else:
                        sheet.write_number(row, column, float(cell))
    return path


@pytest.fixture
def document(folder: Path, tmp_path: Path) -> Path:
    """The same in one JSON document."""
    path = tmp_path / "region.json"
    path.write_text(dump_region(load_region(folder)), encoding="utf-8")
    return path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model in YAML."""
    path = tmp_path / "model.yaml"
    path.write_text(MODEL, encoding="utf-8")
    return path
