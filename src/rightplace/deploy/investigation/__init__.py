"""What teams of detectives can carry: queues, on-call load and time to the first interview."""
