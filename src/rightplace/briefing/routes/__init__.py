"""Rounds of crews on paper, on screen, for maps and for devices; this room computes nothing."""
