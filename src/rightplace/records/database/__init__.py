"""The database front: SQLite or PostgreSQL, its models' base, and its migrations."""
