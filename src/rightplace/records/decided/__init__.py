"""Decisions on plans, and which plan is in force where and when."""
