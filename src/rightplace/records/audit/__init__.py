"""The audit chain: every change and every look, in the same transaction, append-only."""
