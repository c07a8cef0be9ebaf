"""The loop of forecast, patrol and record: simulated, and watched in real use."""
