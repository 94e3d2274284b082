"""What the engine is held against: spopt with PuLP and HiGHS, and the plain Pyomo model with HiGHS.

Both get the same dense matrix and the same limits, one thread. Their seconds include building the model.
"""

from typing import Any

import numpy as np


def dense(asked: dict[str, Any]) -> Any:
    """Clients x sites."""
    costs = asked["cost"]
    return costs.to_sites(np.arange(len(costs.site_ids)))


def by_spopt(spec: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """spopt, as its documentation has it."""
    import pulp
    from spopt import locate

    cost, weights = dense(asked), asked.get("weights", np.ones(len(asked["cost"].client_ids)))
    if spec["problem"] == "p_median":
        model = locate.PMedian.from_cost_matrix(cost, weights, p_facilities=asked["p"])
    elif spec["problem"] == "p_center":
        model = locate.PCenter.from_cost_matrix(cost, p_facilities=asked["p"])
    elif spec["problem"] == "set_cover":
        model = locate.LSCP.from_cost_matrix(cost, service_radius=asked["radius"])
    else:
        radius, p = asked["radius"], asked["p"]
        model = locate.MCLP.from_cost_matrix(cost, weights, service_radius=radius, p_facilities=p)
    solver = pulp.HiGHS(msg=False, timeLimit=spec["time_limit_s"], gapRel=spec["gap"], threads=1)
    model = model.solve(solver)
    value = model.problem.objective.value()
    return {"value": value, "gap": None, "status": pulp.LpStatus[model.problem.status].lower()}


def by_plain(spec: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """The textbook model of `alloc.location.plain`."""
    from alloc.location.plain.max_cover import max_cover_model
    from alloc.location.plain.p_center import p_center_model
    from alloc.location.plain.p_median import p_median_model
    from alloc.location.plain.set_cover import set_cover_model
    from alloc.solver.form import compile_model
    from alloc.solver.highs import HighsSession
    from alloc.solver.outcome import SolverOptions

    cost, weights = dense(asked), asked.get("weights", np.ones(len(asked["cost"].client_ids)))
    if spec["problem"] == "p_median":
        model = p_median_model(cost, weights, asked["p"])
    elif spec["problem"] == "p_center":
        model = p_center_model(cost, weights, asked["p"])
    elif spec["problem"] == "set_cover":
        model = set_cover_model(cost, weights, asked["radius"])
    else:
        model = max_cover_model(cost, weights, asked["radius"], asked["p"])
    form = compile_model(model)
    options = SolverOptions(time_limit_s=spec["time_limit_s"], gap=spec["gap"], threads=1)
    with HighsSession(form) as session:
        outcome = session.minimise(*form.objectives["cost"], options=options)
    return {"value": outcome.objective, "gap": outcome.gap, "status": outcome.status}


METHODS = {"spopt": by_spopt, "plain": by_plain}
