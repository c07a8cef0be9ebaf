"""What a scrutiny panel draws, rates and asks, what it is answered, and complaints as counts."""
