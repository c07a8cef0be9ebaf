"""Which crews visit which places in the coming days, and what that may prevent."""
