"""Changing premises and posters; each change names its actor, enters the trail and tells the lanes at once."""

from jejak.premises.actions.codes import Adopted, adopt_code, look_at_code, release_code
from jejak.premises.actions.imports import agree_to_import, confirm_import, preview_import, take_import
from jejak.premises.actions.invitations import (
    Invited,
    accept,
    invite_tenant,
    offer_transfer,
    withdraw_invitation,
)
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
from jejak.premises.actions.zones import (
    add_zone,
    end_tenancy,
    issue_zone_poster,
    leave,
    replace_zone_poster,
    revise_zone,
)

__all__ = [
    "CHANNEL",
    "Adopted",
    "Invited",
    "Registered",
    "accept",
    "add_zone",
    "adopt_code",
    "agree_to_import",
    "ask_an_officer",
    "ask_by_letter",
    "ask_by_phone",
    "check_letter",
    "check_phone",
    "close",
    "confirm",
    "confirm_import",
    "end_tenancy",
    "expire_poster",
    "invite_tenant",
    "issue_poster",
    "issue_zone_poster",
    "leave",
    "look_at",
    "look_at_code",
    "offer_transfer",
    "preview_import",
    "refuse",
    "register",
    "release_code",
    "reopen",
    "replace_poster",
    "replace_zone_poster",
    "retire_poster",
    "revise",
    "revise_zone",
    "take_import",
    "withdraw_invitation",
    "write_letter",
]
