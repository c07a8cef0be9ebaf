"""Use cases of the service: publish, read what is published, decide; each with its audit lines."""
