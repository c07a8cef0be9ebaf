"""Days and shifts: what the hour, the weekday and the kind of day do to a rate."""
