"""What units of detectives can carry, on paper, on a screen and as data."""
