"""One page per BCU, the plan's index, and the whole plan for maps."""
