"""The forms by which a premises is confirmed: a code typed, and an officer's reason to refuse."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from jejak.premises.errors import DetailsWrong
from jejak.premises.rules import LONGEST_REASON, reason


class CodeForm(forms.Form):
    """The code that came by SMS or in a letter."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
        error_messages={"required": _("Type the code that you received.")},
    )


class ReasonForm(forms.Form):
    """Why an officer does not confirm."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The owner reads this. Say what is missing and what to do."),
        error_messages={"required": _("Say why, so that the owner knows what to do.")},
    )

    def clean_reason(self) -> str:
        """Return the reason as the rules accept it."""
        try:
            return reason(self.cleaned_data["reason"])
        except DetailsWrong as wrong:
            raise forms.ValidationError(_("There is a character here that cannot be printed.")) from wrong
