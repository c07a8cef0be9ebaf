"""The log of personal data breaches, with its 72 hours (Data Protection Act 2018, ss67-68)."""
