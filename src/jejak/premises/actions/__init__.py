"""Changing premises and posters; each change names its actor, enters the trail and tells the lanes at once."""

from jejak.premises.actions.codes import Adopted, adopt_code
from jejak.premises.actions.posters import expire_poster, issue_poster, replace_poster, retire_poster
from jejak.premises.actions.premises import Registered, close, register, reopen, revise
from jejak.premises.actions.proof import (
    ask_an_officer,
    ask_by_letter,
    ask_by_phone,
    check_letter,
    check_phone,
    confirm,
    look_at,
    refuse,
    write_letter,
)
from jejak.premises.actions.rows import CHANNEL

__all__ = [
    "CHANNEL",
    "Adopted",
    "Registered",
    "adopt_code",
    "ask_an_officer",
    "ask_by_letter",
    "ask_by_phone",
    "check_letter",
    "check_phone",
    "close",
    "confirm",
    "expire_poster",
    "issue_poster",
    "look_at",
    "refuse",
    "register",
    "reopen",
    "replace_poster",
    "retire_poster",
    "revise",
    "write_letter",
]
