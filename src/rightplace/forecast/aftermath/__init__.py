"""What follows serious violence nearby, as a ratio to ordinary expectation."""
