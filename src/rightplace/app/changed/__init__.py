"""A plan changed by somebody within bounds, and made anew from what it kept."""
