"""What the public pages are made from: the newest whole edition in one folder."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from rightplace.app.public.edition import FILE_NAME, read_edition
from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.public.edition import Edition

NOT_TAKEN = logging.getLogger("rightplace.web.public")


@dataclass(slots=True)
class EditionDesk:
    """The edition that is shown, read again when the file is another.

    Parameters
    ----------
    folder
        Where editions are exported to.
    hosts
        Names by which the pages may be called.
    """

    folder: Path
    hosts: tuple[str, ...]
    held: Edition | None = None
    digest: str = ""
    stamp: tuple[int, int, int] | None = None
    lock: Lock = field(default_factory=Lock)

    def edition(self) -> Edition:
        """Return the newest whole edition; one that is torn is not taken, the last one stands.

        Raises
        ------
        NotHeldError
            If there is none and never was.
        """
        path = self.folder / FILE_NAME
        try:
            told = path.stat()
            stamp = (told.st_ino, told.st_mtime_ns, told.st_size)
        except FileNotFoundError:
            stamp = None
        with self.lock:
            if self.held is None or (stamp is not None and stamp != self.stamp):
                self._read(path, stamp)
            if self.held is None:
                msg = "Nothing has been published here yet."
                raise NotHeldError(msg, remedy="Come back later.")
            return self.held

    def _read(self, path: Path, stamp: tuple[int, int, int] | None) -> None:
        try:
            self.held, self.digest = read_edition(path)
        except (BadInputError, NotHeldError, OSError) as error:
            line = {"kind": type(error).__name__, "kept": self.digest or None}
            NOT_TAKEN.error(json.dumps(line))
        self.stamp = stamp
