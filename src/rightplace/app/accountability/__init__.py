"""Accountability: who saw what and why, what must stop, what leaves, and what people may ask."""
