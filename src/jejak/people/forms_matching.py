"""The form by which a steward says why two persons are one, or are not."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from jejak.access.rules import LEAST_REASON


class ReasonForm(forms.Form):
    """A sentence by which a colleague decides."""

    reason = forms.CharField(
        label=_("Why"),
        help_text=_("A colleague decides by it, and both people can read it later. Write no numbers of documents."),
        min_length=LEAST_REASON,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Say in a sentence why; a colleague decides by it."),
            "min_length": _("Say in a sentence why; a colleague decides by it."),
        },
    )
