"""How fast the house is, always against a floor in the same run: ratios travel between machines."""
