"""The desk of the security administrator: accounts and posts."""
