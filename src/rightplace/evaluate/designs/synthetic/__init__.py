"""Comparisons made of weighted untreated places: calibrated weights and synthetic control."""
