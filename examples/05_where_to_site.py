"""Ask plain siting questions of a county: where do three CTs go, which towns lie beyond reach.

python examples/05_where_to_site.py [REGION]
"""

import sys

import pandas as pd

import alloc
from alloc.location import max_cover, p_center, p_median, set_cover
from alloc.location.points import between

region = alloc.load_region(sys.argv[1] if len(sys.argv) > 1 else "deqing")
residents: dict[str, float] = {place.id: 0.0 for place in region.places}
for row in region.population:
    residents[row.place] += row.residents
places = pd.DataFrame({"id": p.id, "lon": p.lon, "lat": p.lat} for p in region.places)
sites = pd.DataFrame({"id": f.id, "lon": f.lon, "lat": f.lat} for f in region.facilities)

# Kilometres in a straight line times a detour, no full matrix; a DataFrame of minutes would do as well.
km = between(places, sites, detour=1.35)

least_travel = p_median(km, weights=residents, p=3)
print(least_travel)
print("three sites with the least travel:", ", ".join(least_travel.sites))
print("who goes where:", dict(least_travel.assignment))

nobody_far = p_center(km, p=3)
print(f"the longest way with three sites can be cut to {nobody_far.objective:.1f} km")

most_people = max_cover(km, weights=residents, radius=10.0, p=3)
beyond = sorted(set(residents) - set(most_people.assignment))
print(f"within 10 km of three sites: {most_people.objective:,.0f} residents; beyond: {beyond}")

print("sites needed so that nobody is beyond 15 km:", len(set_cover(km, radius=15.0).sites))
