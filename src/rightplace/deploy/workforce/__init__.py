"""Strength to come: who joins, who leaves, and who can be deployed in each month."""
