"""Difference-in-differences on counts: change where it was done beside change where it was not."""
