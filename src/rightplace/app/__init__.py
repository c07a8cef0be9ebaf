"""One function for each use case: read, compute, keep, answer; shared by every shell."""
