"""Pages of the catalogue: the public portal and the keepers' desk."""
