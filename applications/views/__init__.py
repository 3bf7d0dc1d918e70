"""Pages of cases, one module per desk."""
