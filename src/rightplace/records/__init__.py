"""The operational database: what people decided, did and looked at, each with its audit line."""
