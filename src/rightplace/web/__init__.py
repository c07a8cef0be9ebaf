"""The web application: pages and interface over published forecasts and plans."""
