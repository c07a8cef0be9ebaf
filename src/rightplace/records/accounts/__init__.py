"""Accounts: who may log in, how, with which roles where, and what stands out in what they did."""
