"""How good forecasts are: measures, rolling tests, comparisons and intervals."""
