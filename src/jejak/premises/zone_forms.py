"""The forms about parts of a premises and who they belong to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jejak.premises import rules
from jejak.premises.errors import DetailsWrong
from jejak.premises.forms import DETAILS_WRONG
from jejak.premises.reach import LONGEST_ADDRESS
from jejak.premises.rules import LONGEST_NAME

WRONG = DETAILS_WRONG | {
    "missing": _("Give the part a name."),
    "taken": _("There is a part of this name already."),
    "range": _("Nobody stays that long in these premises; give fewer minutes."),
}


KINDS = {
    "room": _("A room or a shop: people spend time there"),
    "entrance": _("An entrance, or a door that leads in and out"),
    "exit": _("An exit: whoever scans here is leaving the premises"),
}
KIND_WORDS = {"room": _("Room"), "entrance": _("Entrance"), "exit": _("Exit")}
KIND_HELP = _("Two people at a door are not counted as together, and a scan at an exit ends the visit.")


def kind_field(*, by_name: bool) -> forms.ChoiceField:
    """Return the choice of what a part is; ``by_name`` leaves it to the name, for which a new part waits."""
    first = [("", _("What its name says, like Pintu Masuk or Exit; else a room"))] if by_name else []
    return forms.ChoiceField(
        label=_("What it is"), choices=[*first, *KINDS.items()], required=False, help_text=KIND_HELP
    )


class PartForm(forms.Form):
    """A part's name and how long people typically stay there; ``longest`` is what the premises allow."""

    name = forms.CharField(
        label=_("Name of the part"),
        max_length=LONGEST_NAME,
        help_text=_("An entrance, a floor, a hall, a tenant. It stands on the part’s posters."),
        error_messages={"required": WRONG["missing"]},
    )
    stay = forms.IntegerField(
        label=_("Typical stay, in minutes"),
        required=False,
        min_value=1,
        help_text=_(
            "What a visit without check-out counts here. Empty: that of the whole premises, of which 45 minutes at "
            "most count as time in this part. An exit always counts five minutes."
        ),
    )

    def __init__(self, *args: Any, longest: int, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Remember the longest stay of the premises; of a part that is there already the kind is known."""
        super().__init__(*args, **kwargs)
        self.fields["kind"] = kind_field(by_name="kind" not in (self.initial or {}))
        self.longest = longest

    def clean(self) -> dict[str, Any]:
        """Let the rules judge."""
        data = super().clean() or {}
        if "name" in data and "stay" in data:
            try:
                data["name"], data["stay"] = rules.zone(name=data["name"], stay=data["stay"], longest=self.longest)
            except DetailsWrong as wrong:
                self.refuse(wrong)
        return data

    def refuse(self, wrong: DetailsWrong) -> None:
        """Say beside its field what is wrong."""
        self.add_error("stay" if wrong.field == "stay" else "name", WRONG[wrong.problem])


class InvitationForm(forms.Form):
    """Whom to invite."""

    email = forms.CharField(
        label=_("E-mail address"),
        max_length=LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("Only an account with this address can accept. Whoever has none makes one on the way."),
        error_messages={"required": _("Give the e-mail address of whom you invite.")},
    )
