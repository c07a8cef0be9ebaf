"""Migrations of the operational database, oldest first."""
