"""The backtest report as plain values, charts and a page."""
