"""Forms about who somebody is: a phone number, a code, a document at the counter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from jejak.people import documents, rules
from jejak.people.errors import DocumentInvalid, PersonRefused


class PhoneForm(forms.Form):
    """The number to which a code is sent."""

    phone = forms.CharField(
        label=_("Your phone number"),
        help_text=_("For example 012-345 6789. A code is sent to it by SMS."),
        max_length=rules.LONGEST_PHONE,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        error_messages={"required": _("Write your phone number.")},
    )

    def clean_phone(self) -> str:
        """Return the number in E.164."""
        return _whole(str(self.cleaned_data["phone"]))


KINDS = [
    (documents.MYKAD, _("MyKad")),
    (documents.MYPR, _("MyPR")),
    (documents.PASSPORT, _("Passport")),
    (documents.ARMY, _("Army identity card")),
    (documents.POLICE, _("Police identity card")),
    (documents.OTHER, _("Another document")),
]


class DocumentFields(forms.Form):
    """Kind, country and number of a document."""

    kind = forms.ChoiceField(label=_("Document"), choices=KINDS)
    number = forms.CharField(
        label=_("Its number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Write the number as it stands on the document.")},
    )
    country = forms.CharField(
        label=_("Country, three letters"),
        max_length=3,
        initial=documents.HOME,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Return the document in its one spelling, as ``document``."""
        found = self.cleaned_data
        if found.get("kind") and found.get("number"):
            try:
                found["document"] = documents.read(
                    kind=found["kind"], number=found["number"], country=found.get("country") or documents.HOME
                )
            except DocumentInvalid as error:
                field = error.field if error.field in self.fields else "number"
                self.add_error(field, _("This is no such document. Look at it once more."))
        return found


class FindForm(DocumentFields):
    """Whom a counter looks for: by document, by phone, or by both; name and birth date find a number nearly right."""

    field_order = ("kind", "number", "country", "phone", "name", "birth", "last4")
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=rules.LONGEST_PHONE,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )

    name = forms.CharField(label=_("Name"), max_length=rules.LONGEST_NAME, required=False)
    birth = forms.DateField(
        label=_("Birth date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the birth date.")},
    )
    last4 = forms.RegexField(
        r"^[0-9]{4}$",
        label=_("Last four digits of the phone"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "4"}),
        error_messages={"invalid": _("Write four digits.")},
    )

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - as Django's form
        """Ask for either."""
        super().__init__(*args, **more)
        self.fields["number"].required = False

    def clean_phone(self) -> str:
        """Return the number in E.164, or nothing."""
        return _whole(str(self.cleaned_data["phone"])) if self.cleaned_data["phone"] else ""

    def clean(self) -> dict[str, Any]:
        """Return what is looked for; one of the two is needed."""
        found = super().clean()
        by_name = bool(found.get("name")) and bool(found.get("last4"))
        if not self.errors and not (found.get("number") or found.get("phone") or by_name):
            self.add_error(None, _("Write the document, the phone number, or a name with four digits."))
        return found


class ShowForm(DocumentFields):
    """The document that was compared, with birth date and phone."""

    name = forms.CharField(
        label=_("Name as on the document"),
        help_text=_("Only if it is written otherwise there than above."),
        max_length=rules.LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    birth = forms.DateField(
        label=_("Birth date"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Write the birth date.")},
    )
    phone = forms.CharField(
        label=_("Phone number"),
        help_text=_("Their own, to which the code is sent. Leave it empty for a child without one."),
        max_length=rules.LONGEST_PHONE,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    compared = forms.BooleanField(
        label=_("I hold the document in my hand, and it is the person before me."),
        error_messages={"required": _("Compare the document with the person first.")},
    )

    def clean_phone(self) -> str:
        """Return the number in E.164, or nothing."""
        return _whole(str(self.cleaned_data["phone"])) if self.cleaned_data["phone"] else ""


class GuardianForm(DocumentFields):
    """Who acts for a person, by the document that they show."""

    acts = forms.ChoiceField(
        label=_("Acts as"),
        choices=[("guardian", _("Guardian, in place of the one before")), ("co-guardian", _("Co-guardian, beside"))],
        widget=forms.RadioSelect,
        initial="guardian",
    )
    agreed = forms.BooleanField(
        label=_("Both are here and agree, and I saw the papers."),
        error_messages={"required": _("Both must be here and agree.")},
    )


class DecideForm(DocumentFields):
    """The document by which a spelling is decided, or a person leaves."""

    compared = forms.BooleanField(
        label=_("I hold the document in my hand, and it is the person before me."),
        error_messages={"required": _("Compare the document with the person first.")},
    )


class WriteInForm(forms.Form):
    """The name of somebody who was never at a door."""

    name = forms.CharField(
        label=_("Name as on the document"),
        max_length=rules.LONGEST_NAME,
        error_messages={"required": _("Write the name.")},
    )


def _whole(phone: str) -> str:
    try:
        return rules.e164(phone=phone)
    except PersonRefused:
        message = _("Write a whole phone number, for example 012-345 6789. For a foreign one begin with +.")
        raise ValidationError(message, code="phone") from None
