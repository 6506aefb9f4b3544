"""Forms of the staff's own pages: inviting a person, choosing roles, accepting, deciding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from jejak.access.labels import ROLES
from jejak.access.rules import LEAST_REASON, ROLES_OF, AgencyKind, generic, shared_mailbox
from jejak.ui.days import DayField

if TYPE_CHECKING:
    from jejak.access.models import Agency


def _choices(agency: Agency) -> list[tuple[str, object]]:
    return [(role, ROLES[role]) for role in ROLES if role in ROLES_OF[AgencyKind(agency.kind)]]


class Minute(forms.DateTimeField):
    """A day and time as a browser's own picker gives them, in Malaysian time."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - Django's own options
        """Read what pickers send, with and without seconds."""
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **options)


class InviteForm(forms.Form):
    """One named person, one address, one role."""

    name = forms.CharField(
        label=_("Name of the person"), max_length=150, help_text=_("Their own name. Accounts are never shared.")
    )
    email = forms.EmailField(label=_("E-mail address"), help_text=_("They sign in with it."))
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: object, agency: Agency, **kwargs: object) -> None:
        """Offer the roles of this kind of agency."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["role"].choices = _choices(agency)  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Refuse a function's name."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        if generic(name=name):
            message = _("This names a function. Write the name of the one who will use the account.")
            raise ValidationError(message, code="generic")
        return name

    def clean_email(self) -> str:
        """Refuse a mailbox that several people read."""
        email = str(self.cleaned_data["email"]).strip()
        if shared_mailbox(email=email):
            message = _("Several people read this mailbox. Write the address that only this person reads.")
            raise ValidationError(message, code="shared")
        return email


class RolesForm(forms.Form):
    """The roles that somebody shall hold."""

    roles = forms.MultipleChoiceField(label=_("Roles"), widget=forms.CheckboxSelectMultiple, required=False)
    until = DayField(
        label=_("New roles until the end of"),
        required=False,
        help_text=_("For somebody who helps for a while. Empty: until you end it."),
    )

    def __init__(self, *args: object, agency: Agency, **kwargs: object) -> None:
        """Offer the roles of this kind of agency."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["roles"].choices = _choices(agency)  # type: ignore[attr-defined]


class AcceptForm(forms.Form):
    """The password of a new account."""

    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_("At least 12 characters. A few words are easy to keep in mind."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def __init__(self, *args: Any, by_agency: bool, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own options
        """Ask for none where the agency signs its people in."""
        super().__init__(*args, **kwargs)
        if by_agency:
            self.fields["password"].required = False

    def clean_password(self) -> str:
        """Refuse a weak one."""
        password = str(self.cleaned_data["password"])
        if password or self.fields["password"].required:
            validate_password(password)
        return password


class ResetForm(forms.Form):
    """Why somebody's second factor is to be taken off."""

    reason = forms.CharField(
        label=_("How do you know that it is really they who ask?"),
        help_text=_("For example: came to my desk with their staff card. The second person decides by it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_reason(self) -> str:
        """Ask for a sentence."""
        reason = " ".join(str(self.cleaned_data["reason"]).split())
        if len(reason) < LEAST_REASON:
            raise ValidationError(_("Say in a sentence why."), code="short")
        return reason


class DecisionForm(forms.Form):
    """A decision, with a note; a refusal needs one."""

    decision = forms.ChoiceField(choices=[("approved", ""), ("refused", "")])
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Needed when you refuse: what should change?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, object]:
        """Ask for a reason where one is refused."""
        given = super().clean() or {}
        if given.get("decision") == "refused" and len(str(given.get("note", "")).strip()) < LEAST_REASON:
            self.add_error("note", _("Say in a sentence why, so that whoever asked can mend it."))
        return given


class NoteForm(forms.Form):
    """What somebody found when looking into an alert."""

    note = forms.CharField(
        label=_("What did you find?"),
        help_text=_("In a sentence: what the account was doing, and what follows from it. No names of citizens."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DutyForm(forms.Form):
    """From when until when somebody is on call."""

    starts_at = Minute(label=_("From"))
    ends_at = Minute(label=_("Until"), help_text=_("At most 31 days. They are written to when a request waits."))
