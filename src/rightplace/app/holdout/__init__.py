"""Use cases of the hold-out: drawing it for a plan, showing it to analysts, releasing a place."""
