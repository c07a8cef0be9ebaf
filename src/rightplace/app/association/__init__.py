"""How a forecast goes with who lives where: an audit, never a feature."""
