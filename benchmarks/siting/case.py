"""One case in a process of its own: a JSON spec in, a JSON record out (value, gap, seconds, peak memory)."""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from alloc import location
from alloc.location.costs import MatrixCosts
from alloc.location.files.recognise import read_instance
from alloc.location.metrics import metric_of
from alloc.location.point_costs import PointCosts

SIDE = 100.0
_PLAIN = ("p", "radius", "single_source")


def question(spec: dict[str, Any]) -> dict[str, Any]:
    """The arguments of the function of `alloc.location`."""
    if "file" in spec:
        return of_instance(spec)
    random = np.random.default_rng(spec.get("seed", 1))
    n_clients, n_sites = spec["clients"], spec["sites"]
    clients, sites = random.uniform(0, SIDE, (n_clients, 2)), random.uniform(0, SIDE, (n_sites, 2))
    if spec["problem"] == "p_dispersion":  # of sites alone
        clients, n_clients = sites, n_sites
    ids = [np.array(range(n), dtype=object) for n in (n_clients, n_sites)]
    costs: Any = PointCosts(clients, sites, *ids, metric_of("euclidean"))
    if spec.get("input", "matrix") == "matrix":
        costs = MatrixCosts(costs.to_sites(np.arange(n_sites)), *ids)
    asked = {"cost": costs} | {name: spec[name] for name in _PLAIN if name in spec}
    if spec["problem"] in ("p_median", "max_cover"):
        asked["weights"] = random.integers(1, 100, n_clients).astype(float)
    return asked


def of_instance(spec: dict[str, Any]) -> dict[str, Any]:
    """What a file says, and what the spec adds."""
    instance = read_instance(Path(spec["file"]), spec["format"])
    asked: dict[str, Any] = {"cost": instance.costs}
    if spec["problem"] in ("facility_location", "capacitated_p_median"):
        asked |= {"demand": instance.demand, "capacity": instance.capacity}
    if spec["problem"] == "facility_location":
        asked |= {"fixed_cost": instance.fixed_cost, "cost_is": instance.cost_is}
    elif instance.p is not None:
        asked["p"] = instance.p
    if spec["problem"] == "max_cover":
        asked["weights"] = instance.demand
    return asked | {name: spec[name] for name in _PLAIN if name in spec}


def by_alloc(spec: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """The engine."""
    solve = getattr(location, spec["problem"])
    answer = solve(**asked, time_limit_s=spec["time_limit_s"], gap=spec["gap"])
    return {"value": answer.objective, "gap": answer.gap, "status": answer.status}


def warm_up(solve: Any, spec: dict[str, Any]) -> None:
    """The same kind of question, tiny: whatever is imported on first use is there afterwards."""
    wanted = {"set_cover": ("radius",), "max_cover": ("p", "radius")}
    wanted |= dict.fromkeys(("p_median", "p_center", "p_dispersion"), ("p",))
    names = wanted.get(spec["problem"], ())
    sizes = {name: size for name, size in (("p", 2), ("radius", 2 * SIDE)) if name in names}
    limits = {name: spec[name] for name in ("problem", "method", "time_limit_s", "gap")}
    tiny = {**limits, "clients": 4, "sites": 3, **sizes}
    asked = question(tiny)
    if spec["problem"] == "capacitated_p_median":
        asked |= {"capacity": 9.0, "p": 1}
    solve(tiny, asked)


def peak_mb() -> float:
    """Of this process so far (ru_maxrss is in KiB on Linux, in bytes on a Mac)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> int:
    """Solve the case of the first argument."""
    spec = json.loads(sys.argv[1])
    if spec["method"] == "alloc":
        solve = by_alloc
    else:
        from rivals import METHODS

        solve = METHODS[spec["method"]]
    warm_up(solve, spec)
    before = peak_mb()
    asked = question(spec)
    began = time.perf_counter()
    record = solve(spec, asked)
    seconds = time.perf_counter() - began
    print(json.dumps({**record, "seconds": seconds, "peak_mb": peak_mb(), "grown_mb": peak_mb() - before}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
