"""The forms about printed cards: ordering some for people of one household, and typing a slip's code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from jejak.entrance.cards import MOST
from jejak.people import rules
from jejak.people.errors import PersonRefused

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_SAID: Final[dict[str, _StrPromise]] = {
    "phone-invalid": _("This is no phone number. Write it like 012-345 6789, or with + and the country's code."),
    "name-missing": _("Write the name that shall stand on the card."),
    "name-too-long": _("A name may have at most 100 letters."),
    "name-invalid": _("A name needs letters, and no signs that cannot be printed."),
    "reach-missing": _("Write a phone number, or how else the health office can reach you."),
    "reach-too-long": _("At most 200 letters."),
    "reach-invalid": _("Write an address, or the name and number of a relative or neighbour."),
}


def _field(label: _StrPromise, *, required: bool = False, longest: int, **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"maxlength": longest, **attributes})
    return forms.CharField(label=label, required=required, strip=True, widget=widget)


class OrderForm(forms.Form):
    """Who gets a card; further names are people of the same household, reached in the same way."""

    name = _field(_("Name on the card"), longest=rules.LONGEST_NAME, autocomplete="name", autocapitalize="words")
    phone = _field(_("Phone number"), longest=rules.LONGEST_PHONE, autocomplete="tel", inputmode="tel")
    reach = _field(_("Without a phone"), longest=rules.LONGEST_REACH)
    agree = forms.BooleanField(
        label=_("I agree, also for those whose names I write"),
        required=True,
        error_messages={"required": _("Without your agreement we make no card.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Add the further names and the words that help."""
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["name"].error_messages["required"] = _SAID["name-missing"]
        self.fields["phone"].help_text = _("For example 012-345 6789. No message is sent to it now.")
        self.fields["reach"].help_text = _("An address, or the name and number of a relative or neighbour.")
        for number in range(2, MOST + 1):
            field = _field(_("Name on another card"), longest=rules.LONGEST_NAME, autocapitalize="words")
            self.fields[f"name{number}"] = field

    def more(self) -> list[forms.BoundField]:
        """Return the fields of the further names."""
        return [self[f"name{number}"] for number in range(2, MOST + 1)]

    def more_used(self) -> bool:
        """Return whether a further name was written or is wrong."""
        return any(field.value() or field.errors for field in self.more())

    def names(self) -> list[str]:
        """Return the names in order, once the form is valid."""
        every = ("name", *(f"name{number}" for number in range(2, MOST + 1)))
        return [self.cleaned_data[field] for field in every if self.cleaned_data.get(field)]

    def clean(self) -> dict[str, Any]:
        """Say beside each field what the rules of people say of it."""
        data = super().clean() or {}
        for field in [name for name in self.fields if name.startswith("name")]:
            if data.get(field):
                self._checked(field, lambda given: rules.tidy_name(name=given))
        if data.get("phone"):
            self._checked("phone", lambda given: rules.e164(phone=given))
        elif "phone" not in self.errors:
            self._checked("reach", lambda given: rules.tidy_reach(reach=given))
        return self.cleaned_data

    def _checked(self, field: str, check: Any) -> None:  # noqa: ANN401 - one of the rules
        try:
            check(self.cleaned_data.get(field, ""))
        except PersonRefused as error:
            self.add_error(field, _SAID.get(error.code, _SAID["name-invalid"]))


class SlipForm(forms.Form):
    """A slip's code as somebody types it."""

    code = forms.CharField(
        label=_("Code on the slip"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("18 letters and digits, on the slip that was printed below the card."),
        error_messages={"required": _("Type the code on the slip.")},
    )

    def clean_code(self) -> str:
        """Return the code without what people put between its parts."""
        return "".join(letter for letter in self.cleaned_data["code"] if letter not in " -")
