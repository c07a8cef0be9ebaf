"""Whether records follow patrol: the loop simulated, its runaway, its monitor."""
