"""The plain reference of the set-wise expressions: slow, short, row by row."""
