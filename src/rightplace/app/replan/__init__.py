"""A plan made anew while it runs: done visits stay, few change, and it says what was lost."""
