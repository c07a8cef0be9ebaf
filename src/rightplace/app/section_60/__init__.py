"""Use cases about section 60 that need no operational database: the law, a file's breaches."""
