"""The public edition: what was done in a ward, and what was recorded; masked, late, one way out."""
