"""Small provinces, and what their best plans are worth by a model of all counties at once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_diag, csr_array

from alloc.schema.province import County, Province
from alloc.solver.outcome import SolverOptions
from alloc.study.joint import JointModel
from alloc.study.province.county import county_case, goal_of, shared_of
from alloc.study.province.run import task_of
from alloc.synthetic.province import SyntheticProvince, synthetic_province


@cache
def tiny(
    seed: int, n_counties: int = 3, share: float = 0.25, bed_days: float | None = None
) -> SyntheticProvince:
    """Counties whose plans can all be listed, and a budget for a part of their gaps."""
    return synthetic_province(seed, n_counties=n_counties, tiny=True, budget_share=share, bed_days=bed_days)


def written(folder: Path, made: SyntheticProvince, **changes: object) -> tuple[Province, Path]:
    """The province on the disk, with some keys changed; and its folder."""
    province = Province.model_validate({**made.province.model_dump(), **changes})
    SyntheticProvince(province, made.regions, made.models).save(folder)
    return province, folder


def true_optimum(province: Province, base: Path) -> float | None:
    """The best sum of goals, by scipy on one model of all counties with the shared rows; None: no plan."""
    forms, costs, constant, shared = [], [], 0.0, []
    for county in province.counties:
        task = task_of(province, county, base)
        joint = JointModel(county_case(task, SolverOptions(), task.most_cny).instance)
        cost, fixed = goal_of(task, joint.formulation, joint.form)
        forms.append(joint.form)
        costs.append(cost)
        constant += fixed
        shared.append(shared_of(joint.formulation, joint.form))
    matrix = csr_array(block_diag([form.A for form in forms]))

    def whole(name: str) -> np.ndarray:
        return np.concatenate([getattr(form, name) for form in forms])

    rows = [LinearConstraint(matrix, whole("row_lower"), whole("row_upper"))]
    budget = np.concatenate([one["budget"] for one in shared])
    rows.append(LinearConstraint(budget, -np.inf, province.budget_cny / 1e4))
    if province.tertiary_bed_days_per_year is not None:
        beds = np.concatenate([one["beds"] for one in shared])
        rows.append(LinearConstraint(beds, -np.inf, province.tertiary_bed_days_per_year / 1e3))
    found = milp(
        np.concatenate(costs),
        integrality=whole("integrality"),
        bounds=Bounds(whole("col_lower"), whole("col_upper")),
        constraints=rows,
        options={"mip_rel_gap": 1e-9},
    )
    return None if found.x is None else float(found.fun) + constant


def least_spend_cny(province: Province, county: County, base: Path) -> float:
    """The least that any plan of a county spends, by scipy."""
    task = task_of(province, county, base)
    joint = JointModel(county_case(task, SolverOptions(), task.most_cny).instance)
    form = joint.form
    found = milp(
        shared_of(joint.formulation, form)["budget"],
        integrality=form.integrality,
        bounds=Bounds(form.col_lower, form.col_upper),
        constraints=[LinearConstraint(form.A, form.row_lower, form.row_upper)],
    )
    return float(found.fun) * 1e4
