"""Changing premises and posters; each change names its actor, enters the trail and tells the lanes at once."""

from jejak.premises.actions.posters import issue_poster, replace_poster, retire_poster
from jejak.premises.actions.premises import Registered, close, register, reopen, revise
from jejak.premises.actions.rows import CHANNEL

__all__ = [
    "CHANNEL",
    "Registered",
    "close",
    "issue_poster",
    "register",
    "reopen",
    "replace_poster",
    "retire_poster",
    "revise",
]
