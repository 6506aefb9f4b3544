"""Forms about who somebody is: a phone number, a code, a document at the counter."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from jejak.people import rules
from jejak.people.errors import PersonRefused


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
        try:
            return rules.e164(phone=str(self.cleaned_data["phone"]))
        except PersonRefused:
            message = _("Write a whole phone number, for example 012-345 6789. For a foreign one begin with +.")
            raise ValidationError(message, code="phone") from None


class CodeForm(forms.Form):
    """The code that was sent."""

    code = forms.CharField(
        label=_("The code"),
        help_text=_("Seven digits, in the SMS that we just sent."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Write the code of the SMS.")},
    )
