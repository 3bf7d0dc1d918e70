"""PostgreSQL and Redis from Python packages, and the supervisor of a hall on one machine. No Django here."""
