"""Floor 7. National and equity indicators of a region or plan, before and after."""
