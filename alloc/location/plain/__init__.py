"""Every siting problem as a plain Pyomo model: the formulation to read, and a check on the fast methods.

Nothing of the engine imports this.
"""
