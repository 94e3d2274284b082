"""Values of a solve written back into the Pyomo variables."""

import numpy as np

from alloc.solver.outcome import Values
from alloc.solver.standard import StandardForm


def load_values(form: StandardForm, values: Values) -> None:
    """Give every Pyomo variable of `form` its value; integer columns become exact integers.

    Variables that no active constraint or objective mentions get the value nearest to 0 within their bounds;
    fixed variables are left alone. Raises ValueError when `values` does not fit the columns.
    """
    if len(values) != len(form.columns):
        raise ValueError(f"{len(values)} values for {len(form.columns)} columns")
    exact = np.where(form.integrality == 1, np.rint(values), values) + 0.0  # + 0.0 turns -0.0 into 0.0
    for var, value in zip(form.columns, exact.tolist(), strict=True):
        var.set_value(value, skip_validation=True)
    for var in form.unused:
        low, high = var.bounds
        nearest = max(0.0, low) if low is not None else 0.0
        var.set_value(nearest if high is None else min(nearest, high), skip_validation=True)
