"""Use case: which officers go to which boroughs in a surge, and why."""
