"""What was done about breaches of the law of powers: owner, remedy, decision; append-only."""
