"""Pages of supervision: now, cards, departments, drill-down; the public strip; the case panel."""
