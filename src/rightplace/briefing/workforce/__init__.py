"""The report of strength to come on paper, on a screen and as charts."""
