"""London with invented incidents on real outlines and published totals."""
