"""Use cases of rosters: making one, judging a published one, handing it out."""
