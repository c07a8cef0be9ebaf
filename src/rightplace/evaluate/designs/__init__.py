"""Designs that can say whether an operation worked, and one form for what each of them finds."""
