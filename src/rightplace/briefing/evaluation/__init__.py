"""The report of an operation on paper, on a screen and as charts."""
