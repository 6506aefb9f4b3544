"""Changing premises and posters; each change names its actor, enters the trail and tells the lanes at once."""

from jejak.premises.actions.codes import Adopted, adopt_code
from jejak.premises.actions.posters import expire_poster, issue_poster, replace_poster, retire_poster
from jejak.premises.actions.premises import Registered, close, register, reopen, revise
from jejak.premises.actions.rows import CHANNEL

__all__ = [
    "CHANNEL",
    "Adopted",
    "Registered",
    "adopt_code",
    "close",
    "expire_poster",
    "issue_poster",
    "register",
    "reopen",
    "replace_poster",
    "retire_poster",
    "revise",
]
