"""What every route works with: settings, published runs, sessions, the caller's clock."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rightplace.app.dosage.settings import DosageSettings
from rightplace.app.partners.settings import SharingSettings
from rightplace.app.service.section_60_rules import Section60Rules
from rightplace.app.service.shift_settings import ShiftSettings
from rightplace.app.service.tiles import TileShelf
from rightplace.records.accounts.anomalies import AnomalySettings
from rightplace.records.accounts.settings import AccountSettings
from rightplace.records.retention.periods import RetentionSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rightplace.app.service.data_page import HeldData
    from rightplace.app.service.oidc.provider import Provider
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.service.web_settings import WebSettings
    from rightplace.web.sessions import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every route works with.

    Parameters
    ----------
    settings
        How the application answers.
    shelf
        Published runs.
    sessions
        Who is signed in.
    now
        The time: only the command line reads the clock.
    accounts
        What passwords, log-in, sessions and grants keep to.
    sharing
        What may leave the building in figures, and when.
    provider
        By which people sign in too; None where settings name none.
    shift, dosage
        When a shift opens on the phone, and which logged visits count.
    retention, anomalies
        How long records are kept, and from when something stands out in the audit chain.
    section_60
        Clocks and thresholds of section 60, and the force's own policy.
    data
        What the workspace holds, which jobs work on too; None: pages have published runs alone.
    tiles
        Tiles of maps of many cells, and from how many on.
    form_key
        Signs forms; a new one with each start.
    """

    settings: WebSettings
    shelf: Shelf
    sessions: Sessions
    now: Callable[[], datetime]
    accounts: AccountSettings = field(default_factory=AccountSettings)
    sharing: SharingSettings = field(default_factory=SharingSettings)
    provider: Provider | None = None
    shift: ShiftSettings = field(default_factory=ShiftSettings)
    dosage: DosageSettings = field(default_factory=DosageSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    anomalies: AnomalySettings = field(default_factory=AnomalySettings)
    section_60: Section60Rules = field(default_factory=Section60Rules)
    data: HeldData | None = None
    tiles: TileShelf = field(default_factory=TileShelf)
    form_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
