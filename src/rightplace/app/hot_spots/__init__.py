"""Hot spots: places scored afterwards, fixed for a term, returned, and given problem records."""
