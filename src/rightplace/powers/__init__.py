"""Powers under scrutiny: section 60 and stop and search, the law about them, what was done."""
