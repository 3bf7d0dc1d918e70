"""The way of a case through the real pages of a hall that really runs."""
