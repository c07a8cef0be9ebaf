"""Effect sizes that plans read: the one that ships, and those that a named person approved."""
