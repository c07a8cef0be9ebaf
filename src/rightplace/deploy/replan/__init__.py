"""A plan made anew while it runs: what was done stays, crews are taken away, few visits change."""
