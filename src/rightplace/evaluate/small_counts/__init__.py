"""Small counts: which figures of a table may leave the building, given all that ever left it."""
