"""Stop and search: what was done, to whom, with what result, and how sure that is."""
