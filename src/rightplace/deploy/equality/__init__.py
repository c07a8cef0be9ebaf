"""How a plan's minutes fall on groups of residents: an account of it, never an input to it."""

from rightplace.deploy.equality.account import GroupAccount, Lived, PlaceSums, account_of_groups

__all__ = ["GroupAccount", "Lived", "PlaceSums", "account_of_groups"]
