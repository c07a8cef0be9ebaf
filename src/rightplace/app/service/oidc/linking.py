"""Use cases of who manages accounts: link one with somebody of the provider, and end the link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.records.accounts.oidc_links import link, unlink
from rightplace.records.accounts.oidc_tables import ProviderLink
from rightplace.records.accounts.roles import Permission
from rightplace.records.accounts.tables import Account
from rightplace.records.audit.transaction import transaction

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.oidc.settings import OidcSettings
    from rightplace.app.service.person import Person
    from rightplace.records.database.front import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    """An account and whom of the provider it is linked with.

    Parameters
    ----------
    account_id, user_name
        Which account.
    subject
        What the provider calls them; None where no link is in force.
    linked_on
        Day of the link; empty where none is in force.
    """

    account_id: str
    user_name: str
    subject: str | None
    linked_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """Somebody who links accounts at one moment; each act is refused without its permission.

    Parameters
    ----------
    database
        The records.
    person
        Who acts.
    settings
        Of the provider.
    at
        Now.
    """

    database: Database
    person: Person
    settings: OidcSettings
    at: datetime

    def page(self, account_id: str) -> LinkPage:
        """Return an account's link; the look is written to the audit chain."""
        self.person.check(Permission.MANAGE_ACCOUNTS)
        purpose, actor = "See whom an account is linked with.", self.person.actor
        wanted = select(ProviderLink).where(
            ProviderLink.account_id == account_id, ProviderLink.ended_at.is_(None)
        )
        with transaction(self.database, actor, purpose=purpose, at=self.at) as tx:
            account = tx.view_one(Account, account_id)
            found = tx.view(wanted)
            return LinkPage(
                account_id=account_id,
                user_name=account.user_name,
                subject=found[0].subject if found else None,
                linked_on=found[0].linked_at.date().isoformat() if found else "",
            )

    def link(self, account_id: str, subject: str) -> None:
        """Link an account with whom the provider calls by this name, to the letter."""
        self.person.check(Permission.MANAGE_ACCOUNTS)
        purpose, actor = "Link an account with the provider.", self.person.actor
        keeps, issuer = self.settings.keeps_password, self.settings.issuer
        with transaction(self.database, actor, purpose=purpose, at=self.at) as tx:
            link(tx, account_id, issuer=issuer, subject=subject, keeps_password=keeps)

    def unlink(self, account_id: str) -> None:
        """End an account's link and its sessions."""
        self.person.check(Permission.MANAGE_ACCOUNTS)
        purpose, actor = "End an account's link with the provider.", self.person.actor
        with transaction(self.database, actor, purpose=purpose, at=self.at) as tx:
            unlink(tx, account_id)
