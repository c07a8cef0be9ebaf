"""Published runs: immutable copies, from which alone pages are made."""
