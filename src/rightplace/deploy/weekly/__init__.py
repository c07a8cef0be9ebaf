"""The weekly plan of visits: its problem, limits, solution, proof and reasons."""
