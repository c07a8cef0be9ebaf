"""Use cases: what units of detectives can carry, and what moving some of them would do."""
