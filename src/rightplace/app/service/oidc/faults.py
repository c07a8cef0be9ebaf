"""What goes wrong while somebody signs in by a provider."""

from __future__ import annotations

from typing import ClassVar

from rightplace.errors import RightplaceError


class SignInFailedError(RightplaceError):
    """The browser or the provider sent what cannot be trusted; nobody is signed in by it."""

    code: ClassVar[str] = "sign-in-failed"
    exit_code: ClassVar[int] = 20
    http_status: ClassVar[int] = 400


AGAIN = "Start again from the sign-in page; if it fails again, tell whoever runs this service."
