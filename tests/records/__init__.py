"""Checks of the operational database, each on SQLite and on PostgreSQL."""
