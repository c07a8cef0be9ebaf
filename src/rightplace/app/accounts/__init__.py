"""Accounts as people meet them: signing in, one's own account, and managing those of others."""
