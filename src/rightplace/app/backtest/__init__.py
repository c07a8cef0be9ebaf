"""How good forecasts would have been, as numbers and as a report."""
