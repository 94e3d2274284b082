"""Every siting problem as a plain Pyomo model: the formulation to read, and what the fast methods are held to.

Nothing of the engine imports this.
"""
