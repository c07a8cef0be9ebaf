"""Recorded crime: readers, offence classes, harm weights, what stands, and counts of it."""
