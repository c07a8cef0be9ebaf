"""Jobs: work asked for by people and done in the background, found again after a crash."""
