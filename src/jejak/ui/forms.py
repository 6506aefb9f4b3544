"""Forms that stand in more than one room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """The one-time code that was sent to a phone."""

    code = forms.CharField(
        label=_("The code"),
        help_text=_("Seven digits, in the SMS that we just sent."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Write the code of the SMS.")},
    )
