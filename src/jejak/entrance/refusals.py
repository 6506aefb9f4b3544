"""What a refusal at a door says to whoever stands there, and beside which field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from jejak.kernel.problems import JejakError

SAID: Final = {
    "phone-missing": _("Write a phone number."),
    "phone-invalid": _("Write a whole phone number, for example 012-345 6789. For a foreign one begin with +."),
    "name-missing": _("Write the name."),
    "name-invalid": _("Write the name with letters."),
    "name-too-long": _("This name is too long. Write a shorter form of it."),
    "reach-missing": _("Without a phone, write how to reach them: an address, or a relative's number."),
    "reach-too-long": _("This is too long. Write at most 200 letters."),
    "reach-invalid": _("Write an address, or a relative's name and number."),
    "card-unknown": _("This is no card that we know. Scan it once more, or write the visitor in by name."),
    "poster-elsewhere": _("That poster is of another place."),
    "poster-ended": _("That poster was withdrawn or ran out."),
    "card-ended": _("This card was reported lost. Write the visitor in by name."),
    "consent-missing": _("Ask for their agreement, then tick the box. Without it nothing may be kept."),
    "too-many-together": _("At most nine companions. Write the others in after them."),
    "premises-closed": _("This premises is closed and takes no check-ins."),
    "clock-skew": _("This page was open for long. What you typed is still here: press the button once more."),
    "mistake-too-late": _("This confirmation is too old. Nothing was noted; the record stands as it is."),
    "id-conflict": _("This was sent before with other details. The first one stands; begin anew for someone else."),
}
ALONE: Final = {
    "name-missing": _("Write your name."),
    "name-invalid": _("Write your name with letters."),
    "card-unknown": _("We do not know this card. Scan it once more, or type your name."),
    "card-ended": _("This card was reported lost. Type your name instead."),
    "poster-elsewhere": _("That poster is of another place. Scan your card, or type your name."),
    "poster-ended": _("That poster is no longer valid. Scan your card, or type your name."),
    "consent-missing": _("Tick the box if you agree. Without it we may not keep your visit; the staff can help you."),
    "too-many-together": _("At most nine people together. The others check in after you."),
    "clock-skew": _("This tablet's clock is wrong, or the check-in waited too long. Please tell the staff."),
}
"""What a visitor who stands at a kiosk alone reads instead."""
OTHERWISE: Final = _("We could not read what was sent. Nothing was recorded; please try again.")
_FIELDS: Final = {
    "phone": "phone",
    "name": "name",
    "reach": "reach",
    "card": "card",
    "poster": "card",
    "consent": "agree",
    "too": "with",
}


def said(error: JejakError, *, alone: bool = False) -> str:
    """Return what a refusal says, in the reader's language: to staff, or to a visitor ``alone`` at a kiosk."""
    return str((SAID | ALONE if alone else SAID).get(error.code, OTHERWISE))


def field_of(error: JejakError) -> str:
    """Return the field beside which it stands; ``form`` for the whole."""
    return _FIELDS.get(error.code.split("-")[0], "form")
