"""Designs in which chance decided who was treated: the lot that was drawn is what judges them."""
