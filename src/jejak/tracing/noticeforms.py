"""What the reader of a notice fills in: the code of the SMS, and what of a stay is not right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from jejak.tracing import noticerules
from jejak.tracing.caserules import LONGEST
from jejak.tracing.forms import Moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.functional import _StrPromise

SAYS: Final[Mapping[str, _StrPromise]] = {
    noticerules.NOT_THERE: _("I was not there."),
    noticerules.OTHER_TIMES: _("I was there at other times."),
    noticerules.NOT_ME: _("That was somebody else."),
}
PROBLEMS: Final[Mapping[str, _StrPromise]] = {
    "times": _("Write when you came and when you left: within a day of the times above, and not in the future."),
    "same": _("These are the times of the notice. Write when you came and when you left."),
    "open": _("You said so already. The health office will look at it."),
    noticerules.CORRECTED: _("This was corrected already."),
    "often": _("The health office has looked at this three times. Call it if it is still wrong."),
    "says": _("Choose what is not right."),
}


class OpenForm(forms.Form):
    """The code that was sent to the phone of whom the notice is for."""

    code = forms.CharField(
        label=_("The code"),
        help_text=_("Seven digits, in the SMS that we just sent."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Write the code of the SMS.")},
    )


class SaysForm(forms.Form):
    """What is not right of a stay, other times, and a word to the officer."""

    problems: ClassVar[Mapping[str, _StrPromise]] = PROBLEMS

    says = forms.ChoiceField(
        label=_("What is not right?"),
        choices=list(SAYS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is not right.")},
    )
    start = Moment(label=_("I came at"), required=False)
    end = Moment(label=_("I left at"), required=False)
    note = forms.CharField(
        label=_("What else should the officer know?"),
        max_length=LONGEST["note"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for both times where there are others."""
        found = self.cleaned_data
        if (
            found.get("says") == noticerules.OTHER_TIMES
            and not self.errors
            and not (found.get("start") and found.get("end"))
        ):
            self.add_error("start", self.problems["times"])
        return found

    def refuse(self, problem: str) -> None:
        """Say why what was filled in cannot be."""
        field = {"times": "start", "same": "start", "says": "says"}.get(problem)
        self.add_error(field, self.problems.get(problem, PROBLEMS["says"]))


class EnterForm(SaysForm):
    """What a contact tells an officer: of which stay, what is not right of it, other times, and in their words."""

    problems: ClassVar[Mapping[str, _StrPromise]] = {
        **PROBLEMS,
        "times": _("Write when they came and left: within a day of the times recorded, and not in the future."),
        "same": _("These are the times that are recorded."),
        "open": _("This waits to be decided already."),
        "stay": _("This stay is no longer recorded. Look at those that are."),
    }

    stay = forms.ChoiceField(
        label=_("Which stay?"), widget=forms.RadioSelect, error_messages={"required": _("Choose a stay.")}
    )

    def __init__(self, *args: Any, stays: Sequence[tuple[str, str]], **options: Any) -> None:  # noqa: ANN401 - Django's own
        """Offer the stays that are recorded."""
        super().__init__(*args, **options)
        found = self.fields["stay"]
        if isinstance(found, forms.ChoiceField):
            found.choices = list(stays)
        self.fields["start"].label, self.fields["end"].label = _("They came at"), _("They left at")
        self.fields["note"].label = _("In their words")

    @property
    def chosen(self) -> tuple[int, int]:
        """The exposure and which of its stays, by number."""
        exposure, _dash, stay = self.cleaned_data["stay"].partition("-")
        return int(exposure), int(stay)
