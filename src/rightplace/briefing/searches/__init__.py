"""The scrutiny pack of stop and search on paper, on a screen and as data."""
