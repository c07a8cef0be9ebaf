"""Searches as the service records them, and weapons that were seized: rows that are only added."""
