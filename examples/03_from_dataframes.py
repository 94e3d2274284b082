"""A region out of pandas and GeoPandas tables, without a file: three townships that lack ultrasound."""

import geopandas as gpd
import pandas as pd

import alloc
from alloc.schema.model import Limits

places = gpd.GeoDataFrame(
    {"id": ["town", "north", "south"], "area": ["urban", "rural", "rural"], "consortium": "ring"},
    geometry=gpd.points_from_xy([119.96, 119.93, 120.02], [30.54, 30.66, 30.45]),
    crs="EPSG:4326",
)
facilities = gpd.GeoDataFrame(
    {
        "id": ["hospital", "north-centre", "south-centre"],
        "tier": ["county", "township", "township"],
        "area": ["urban", "rural", "rural"],
        "consortium": "ring",
        "lead": [True, False, False],
    },
    geometry=gpd.points_from_xy([119.97, 119.92, 120.02], [30.54, 30.65, 30.46]),
    crs="EPSG:4326",
)
tables = {
    "age_bands": [{"id": "all"}],
    "consortia": [{"id": "ring", "integrated": True}],
    "places": places,
    "facilities": facilities,
    "population": pd.DataFrame(
        {"place": places.id, "age_band": "all", "residents": [30_000, 16_000, 12_000]}
    ),
    "modalities": [{"id": "US", "name_en": "ultrasound"}],
    "equipment_types": [
        {
            "id": "US-colour",
            "modality": "US",
            "exams_per_year": 9_000,
            "price_cny": 800_000,
            "life_years": 8,
            "upkeep_cny_per_year": 40_000,
            "move_cny": 5_000,
        }
    ],
    "inventory": [{"facility": "hospital", "equipment_type": "US-colour", "install_year": 2022, "count": 2}],
    "exam_rates": [{"modality": "US", "age_band": "all", "per_1000": 500}],
}
region = alloc.Region.from_frames(
    about={"id": "ring", "name_en": "Ring County", "planning_year": 2026, "crs": "EPSG:4326"},
    travel={"method": "great_circle", "detour_factor": 1.35, "km_per_hour": 45},
    tables=tables,
)
model = alloc.Model(id="ultrasound", decisions=("equipment",), limits=Limits(budget_cny=2_000_000))
plan = alloc.solve(region, model, time_limit_s=5)

print(plan.holding, plan.machines[["facility", "equipment_type", "action", "count"]].to_string(), sep="\n")
flows = plan.flows_geo  # a GeoDataFrame of lines: flows.to_file("flows.gpkg"), flows.explore()
print(flows[["origin", "destination", "kind", "subject", "per_year", "minutes"]].to_string())
print(plan.network())  # the same as a networkx DiGraph
