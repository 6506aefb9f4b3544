"""What owners fill in about tablets and staff, and staff at the counter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jejak.entrance import rules
from jejak.entrance.errors import NameGeneric, NameTaken, NameUnusable, PinTooSimple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jejak.kernel.problems import JejakError
    from jejak.premises.queries import ZoneOf

MODES = (
    ("counter", _("Counter: staff write visitors in")),
    ("kiosk", _("Kiosk: visitors check in themselves")),
    ("display", _("Display: how many are inside, for the queue at the door")),
)
SAID: dict[type[JejakError], Any] = {
    NameGeneric: _("Write the person's own name. “Staff” or “counter” would not tell who wrote a visitor in."),
    NameTaken: _("Somebody of this name works here already. Add the father's name or an initial."),
    NameUnusable: _("Write a name of at most 80 letters."),
    PinTooSimple: _("Choose six digits that nobody would guess: none like 111111, 123456 or 121212."),
}
"""What a refusal of the rules says beside its field."""

PIN = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "6", "pattern": "[0-9]{6}"}


class TabletForm(forms.Form):
    """A new tablet."""

    name = forms.CharField(
        label=_("What do you call it?"),
        help_text=_("For example: main entrance, counter 2."),
        max_length=rules.LONGEST_NAME,
    )
    mode = forms.ChoiceField(label=_("What is it for?"), choices=MODES, widget=forms.RadioSelect)
    zone = forms.ChoiceField(label=_("Where does it stand?"), required=False)

    def __init__(self, *args: Any, zones: Sequence[ZoneOf] = (), **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Offer the premises' zones; without any nothing is asked."""
        super().__init__(*args, **kwargs)
        choices = [("", _("Whole premises")), *((str(zone.id), zone.name) for zone in zones)]
        if zones:
            self.fields["zone"] = forms.ChoiceField(label=_("Where does it stand?"), required=False, choices=choices)
        else:
            del self.fields["zone"]

    @property
    def zone_id(self) -> int | None:
        """The zone's number; ``None`` for the whole premises."""
        chosen = self.cleaned_data.get("zone")
        return int(chosen) if chosen else None


class PinForm(forms.Form):
    """A new PIN."""

    pin = forms.CharField(
        label=_("PIN"),
        help_text=_("Six digits. Let them choose it, and do not write it down."),
        widget=forms.TextInput(attrs=PIN),
    )

    def refused(self, error: JejakError) -> None:
        """Show a refusal of the rules beside its field."""
        field = "pin" if isinstance(error, PinTooSimple) or "name" not in self.fields else "name"
        self.add_error(field, SAID[type(error)])


class MemberForm(PinForm):
    """Somebody new at the door."""

    name = forms.CharField(label=_("Name"), help_text=_("A person's name, as colleagues call them."), max_length=200)
    field_order = ("name", "pin")
