"""The register of units and operations: what was to be found out, fixed before it could be seen."""
