"""The register of operations and units in the service: a chain of entries, never altered."""
