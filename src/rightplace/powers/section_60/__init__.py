"""Section 60: the life of an authorisation, from its first draft to its published review."""
