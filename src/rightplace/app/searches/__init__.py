"""Use cases: stop and search as it was recorded, with what the files cannot say."""
