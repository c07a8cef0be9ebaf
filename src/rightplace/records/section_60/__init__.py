"""Section 60 authorisations as they were drafted, given, used and reviewed: an append-only log."""
