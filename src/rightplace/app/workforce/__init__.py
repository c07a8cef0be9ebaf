"""Use cases: how many officers there were, will be, and can be deployed."""
