"""Places that people nominate beside the model's: read, held to their share, told apart."""

from rightplace.deploy.nominated.file import Nomination, NominationRules, read_nominations
from rightplace.deploy.nominated.share import BoroughShare, with_nominated
from rightplace.deploy.nominated.visits import MODEL, NOMINATED, with_origin

__all__ = [
    "MODEL",
    "NOMINATED",
    "BoroughShare",
    "Nomination",
    "NominationRules",
    "read_nominations",
    "with_nominated",
    "with_origin",
]
