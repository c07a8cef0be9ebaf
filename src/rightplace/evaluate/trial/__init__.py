"""Plans as experiments: looks at a running trial, and what a finished one teaches the planner."""
