"""The law as dated records: provision, value, in force from and to, source, verified or not."""
