"""Settings of accounts, log-in and sessions, each with where its value comes from."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST_LENGTH = 8
"""A shorter minimum than this is refused (OWASP ASVS 5.0, 6.2.1)."""


LEAST_WORD = 4
"""A shorter word stands in too many good passwords to be refused."""


def check_ranges(settings: Any, least: Mapping[str, float]) -> None:  # noqa: ANN401 - of whatever settings
    """Check that settings are not below what they can be.

    Raises
    ------
    BadInputError
        If one is.
    """
    for each in fields(settings):
        value = getattr(settings, each.name)
        bound = least.get(each.name)
        if bound is not None and value < bound:
            msg = f"{each.name} is {value}; the least is {bound}."
            raise BadInputError(msg, value=value, remedy="Give a larger value.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSettings:
    """What a password must be, and how hard it is hashed.

    Parameters
    ----------
    memory_kib
        Memory of argon2id in KiB (RFC 9106 section 4, second recommended option: 64 MiB).
    passes
        Passes of argon2id (RFC 9106: 3).
    lanes
        Lanes of argon2id (RFC 9106: 4).
    least_characters
        Shortest password; a choice of ours, as three random words have at least so many (NCSC
        advises three random words, and against rules of composition).
    most_characters
        Longest password; a choice of ours, so that nobody makes the service hash a book (OWASP
        ASVS 5.0, 6.2.9: at least 64 are allowed).
    refused_words
        Words between commas that no password may hold, beside the user name: names of the service,
        the force, its places (OWASP ASVS 5.0, 6.1.2); a choice of ours, to be completed by each
        force. Words of fewer than 4 letters are passed over.
    breach_file
        File of SHA-1 of breached passwords, sorted, one a line; empty: the short list shipped.
    """

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 4
    least_characters: int = 12
    most_characters: int = 256
    refused_words: str = "rightplace, police"
    breach_file: str = ""

    def __post_init__(self) -> None:
        """Check the ranges; one below its least raises ``BadInputError``."""
        least = {"memory_kib": 8 * self.lanes, "passes": 1, "lanes": 1}
        least |= {"least_characters": LEAST_LENGTH, "most_characters": 64}
        check_ranges(self, least)

    @property
    def words(self) -> tuple[str, ...]:
        """The words that no password may hold, without case."""
        words = (each.strip().casefold() for each in self.refused_words.split(","))
        return tuple(each for each in words if len(each) >= LEAST_WORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How many tries are free, and how long one waits after more.

    Parameters
    ----------
    free
        Failures that cost no waiting.
    first_seconds
        Waiting after the first failure that is not free; doubled for each further one.
    most_seconds
        Longest waiting.
    forget_seconds
        Time without failure after which all is forgotten.
    """

    free: int
    first_seconds: float = 30
    most_seconds: float = 900
    forget_seconds: float = 3600

    def __post_init__(self) -> None:
        """Check the ranges; one below its least raises ``BadInputError``."""
        least: dict[str, float] = {"free": 1, "first_seconds": 1}
        least |= {"most_seconds": self.first_seconds, "forget_seconds": self.most_seconds}
        check_ranges(self, least)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInSettings:
    """When tries to log in are slowed, and what a second factor is. All choices of ours but two.

    Parameters
    ----------
    account_free
        Failures in a row that cost no waiting, for one user name from devices that it was never
        used on (NIST SP 800-63B 5.2.2: at most 100 in a row; after 10 free ones, 15 minutes each).
    device_free
        The same for one user name on one device that it was used on before.
    source_free
        The same for one address, from devices unknown to the account that is tried; many people
        may stand behind one address.
    first_wait_seconds
        Waiting after the first failure that is not free; doubled for each further one.
    longest_wait_seconds
        Longest waiting.
    forget_seconds
        Time without failure after which all is forgotten.
    device_days
        How long a device is known after its last log-in.
    code_seconds
        How long one has, after the password, for the second factor.
    code_tries
        Codes that may be tried after one password.
    drift_steps
        How many steps of 30 s a device's clock may be off (RFC 6238 section 5.2: one).
    recovery_codes
        How many recovery codes are given.
    needs_second_factor
        Whether everybody but the accounts of a demo must set up a second factor (DOMAIN 9.5.24).
    """

    account_free: int = 10
    device_free: int = 5
    source_free: int = 50
    first_wait_seconds: float = 30.0
    longest_wait_seconds: float = 900.0
    forget_seconds: float = 3600.0
    device_days: int = 90
    code_seconds: int = 300
    code_tries: int = 5
    drift_steps: int = 1
    recovery_codes: int = 10
    needs_second_factor: bool = True

    def __post_init__(self) -> None:
        """Check the ranges; one below its least raises ``BadInputError``."""
        least = {"device_days": 1, "code_seconds": 30, "code_tries": 1, "drift_steps": 0}
        check_ranges(self, least | {"recovery_codes": 1})
        for free in (self.account_free, self.device_free, self.source_free):
            self._limit(free)

    @property
    def per_account(self) -> Limit:
        """The limit for one user name from unknown devices."""
        return self._limit(self.account_free)

    @property
    def per_device(self) -> Limit:
        """The limit for one user name on a known device."""
        return self._limit(self.device_free)

    @property
    def per_source(self) -> Limit:
        """The limit for one address, from unknown devices."""
        return self._limit(self.source_free)

    def _limit(self, free: int) -> Limit:
        return Limit(
            free=free,
            first_seconds=self.first_wait_seconds,
            most_seconds=self.longest_wait_seconds,
            forget_seconds=self.forget_seconds,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSettings:
    """How long one stays logged in.

    Parameters
    ----------
    idle_minutes
        Without a request (NIST SP 800-63B 4.2.3: 30 minutes).
    longest_hours
        In all (NIST SP 800-63B 4.2.3: 12 hours).
    noted_seconds
        How often it is noted that a session is used; a choice of ours: each request would write.
    break_glass_minutes
        A session by break-glass, in all; a choice of ours.
    approved_code_minutes
        How long a break-glass code that somebody just approved can be used; a choice of ours.
    sealed_code_days
        How long a code in a sealed envelope can be used; a choice of ours.
    """

    idle_minutes: int = 30
    longest_hours: float = 12.0
    noted_seconds: int = 60
    break_glass_minutes: int = 120
    approved_code_minutes: int = 10
    sealed_code_days: int = 366

    def __post_init__(self) -> None:
        """Check the ranges; one below its least raises ``BadInputError``."""
        check_ranges(self, {each.name: 1 for each in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantSettings:
    """How long roles are granted for.

    Parameters
    ----------
    longest_days
        A grant ends after so many days at the latest, and is made anew on review; a choice of
        ours (DOMAIN 9.5.24: time-limited access, reviewed each quarter).
    """

    longest_days: int = 366

    def __post_init__(self) -> None:
        """Check the range; one below its least raises ``BadInputError``."""
        check_ranges(self, {"longest_days": 1})


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSettings:
    """How long tokens of programs last, and how many there may be. All choices of ours.

    Parameters
    ----------
    longest_days
        From its making, at the latest; one quarter, as roles are reviewed (DOMAIN 9.5.24).
    most_each
        Tokens alive of one account.
    noted_seconds
        How often it is noted that a token is used: each request would write.
    """

    longest_days: int = 92
    most_each: int = 10
    noted_seconds: int = 60

    def __post_init__(self) -> None:
        """Check the ranges; one below its least raises ``BadInputError``."""
        check_ranges(self, {each.name: 1 for each in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSettings:
    """All settings of accounts."""

    passwords: PasswordSettings = field(default_factory=PasswordSettings)
    log_in: LogInSettings = field(default_factory=LogInSettings)
    sessions: SessionSettings = field(default_factory=SessionSettings)
    grants: GrantSettings = field(default_factory=GrantSettings)
    tokens: TokenSettings = field(default_factory=TokenSettings)
