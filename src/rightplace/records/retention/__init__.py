"""Retention: what leaves when, what is held back, and backups that do not bring it back."""
