"""Forms of cases: reporting one, and each change that an officer makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jejak.kernel.places import STATES
from jejak.people import queries as people
from jejak.tracing import casereading, casewords
from jejak.tracing.forms import Moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from jejak.tracing.caserules import Given

STATE_CHOICES = [("", "–"), *STATES.items()]
DOCUMENT_KINDS = (
    ("mykad", "MyKad"), ("mypr", "MyPR"), ("passport", _("Passport")), ("army", _("Army card")),
    ("police", _("Police card")), ("other", pgettext_lazy("document", "Other")),
)  # fmt: skip


def day_field(label: Any, **options: Any) -> forms.DateField:  # noqa: ANN401 - Django's own options
    """Return a field for a local day, by the browser's own picker."""
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options
    )


def note_field(**options: Any) -> forms.CharField:  # noqa: ANN401 - Django's own options
    """Return a field for a few words, kept sealed."""
    widget = forms.Textarea(attrs={"rows": 2, "maxlength": 500})
    return forms.CharField(**{"label": _("Note"), "required": False, "max_length": 500, "widget": widget, **options})


def offered(form: forms.Form, *, diseases: Sequence[tuple[str, str]], offices: Sequence[tuple[int, str]]) -> None:
    """Ask a form for the disease and the office; what leaves no choice is not asked."""
    form.fields["disease"] = forms.ChoiceField(label=_("Disease"), choices=diseases)
    form.fields["office"] = forms.TypedChoiceField(label=_("Health office"), choices=offices, coerce=int)
    for name, choices in (("disease", diseases), ("office", offices)):
        if len(choices) == 1:
            form.fields[name].widget = forms.HiddenInput()
            form.fields[name].initial = choices[0][0]


class Telling(forms.Form):
    """A form that can be told what an action refused."""

    def tell(self, reasons: Iterable[Sequence[str]]) -> None:
        """Put each reason at its field, or above all."""
        for field, problem in reasons:
            words = casewords.PROBLEMS.get(problem, problem)
            label = casewords.FIELDS.get(field, field)
            self.add_error(field if field in self.fields else None, f"{label} {words}")


class ReportForm(Telling):
    """One case, typed; ``given`` is what it says once it is valid."""

    given: Given

    name = forms.CharField(label=_("Name"), max_length=400, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(
        label=_("Phone number"), required=False, max_length=40,
        help_text=_("The number they give at doors, such as 012-345 6789."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )  # fmt: skip
    document_kind = forms.ChoiceField(label=_("Kind of document"), choices=DOCUMENT_KINDS, required=False)
    document = forms.CharField(
        label=_("Document’s number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    country = forms.CharField(
        label=_("Country of the passport"), required=False, max_length=3, help_text=_("Three letters, such as IDN.")
    )
    onset = day_field(_("Onset of symptoms"), help_text=_("Leave empty if there were none."))
    sample = day_field(_("Day of the sample"))
    evidence = forms.ChoiceField(
        label=_("Evidence"), choices=tuple(casewords.EVIDENCE.items()), widget=forms.RadioSelect,
        help_text=_(
            "Without evidence a case is marked, and names are released from it only by two officers. Whoever types "
            "evidence needs a second officer too; a laboratory’s or clinician’s own report does not."
        ),
    )  # fmt: skip
    reference = forms.CharField(label=_("Laboratory’s or clinician’s own number"), required=False, max_length=60)
    classification = forms.ChoiceField(label=_("Classification"), choices=tuple(casewords.CLASSIFICATIONS.items())[:2])
    state = forms.ChoiceField(label=pgettext_lazy("of Malaysia", "State"), choices=STATE_CHOICES, required=False)
    district = forms.CharField(label=_("District"), required=False, max_length=80)
    note = note_field()

    def __init__(
        self,
        *given: Any,  # noqa: ANN401 - Django's own
        diseases: Sequence[tuple[str, str]],
        offices: Sequence[tuple[int, str]],
        today: date,
        **options: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        """Take what may be chosen; what leaves no choice is not asked."""
        super().__init__(*given, **options)
        self.today = today
        offered(self, diseases=diseases, offices=offices)

    def clean(self) -> dict[str, Any]:
        """Read the case out of the words."""
        cleaned = super().clean() or {}
        if not self.errors:
            cells = {name: str(cleaned.get(name) or "") for name in casereading.COLUMNS}
            given, reasons = casereading.read(cells, today=self.today, document=read_document)
            self.tell(reasons)
            if given is not None:
                self.given = given
        return cleaned


class ClassifyForm(Telling):
    """What a case is, and on what that rests."""

    classification = forms.ChoiceField(label=_("Classification"), choices=tuple(casewords.CLASSIFICATIONS.items()))
    evidence = forms.ChoiceField(label=_("Evidence"), choices=tuple(casewords.EVIDENCE.items()))
    reference = forms.CharField(label=_("Laboratory’s or clinician’s own number"), required=False, max_length=60)
    note = note_field()


class DatesForm(Telling):
    """The days that the window counts from."""

    onset = day_field(_("Onset of symptoms"))
    sample = day_field(_("Day of the sample"))
    note = note_field()


class AssignForm(Telling):
    """Who works on it."""

    def __init__(self, *given: Any, officers: Sequence[tuple[int, str]], **options: Any) -> None:  # noqa: ANN401
        """Take who may."""
        super().__init__(*given, **options)
        nobody = ("", _("Nobody yet"))
        self.fields["officer"] = forms.TypedChoiceField(
            label=_("Officer"), choices=[nobody, *officers], coerce=int, required=False, empty_value=None
        )
        self.fields["note"] = note_field()


class HandOverForm(Telling):
    """To which office and district it goes."""

    def __init__(self, *given: Any, offices: Sequence[tuple[int, str]], **options: Any) -> None:  # noqa: ANN401
        """Take the offices there are."""
        super().__init__(*given, **options)
        self.fields["office"] = forms.TypedChoiceField(label=_("Health office"), choices=offices, coerce=int)
        self.fields["state"] = forms.ChoiceField(
            label=pgettext_lazy("of Malaysia", "State"), choices=STATE_CHOICES, required=False
        )
        self.fields["district"] = forms.CharField(label=_("District"), required=False, max_length=80)
        self.fields["note"] = note_field(required=True, label=_("Why is it handed over?"))


class MatchForm(Telling):
    """Whom of the log it is of."""

    person = forms.IntegerField(required=False)


class CloseForm(Telling):
    """Why it is closed."""

    why = forms.ChoiceField(label=_("Why"), choices=tuple(casewords.CLOSINGS.items()))
    note = note_field()


class ReopenForm(Telling):
    """Why it is opened again."""

    note = note_field(required=True, label=_("Why is it opened again?"))


def read_document(kind: str, number: str, country: str) -> tuple[str, str, str]:
    """Return a document in its one spelling, as a case keeps it.

    :raises DocumentInvalid: it is none.
    """
    found = people.read_document(kind=kind, number=number, country=country)
    return found.kind, found.number, found.country


class TableForm(forms.Form):
    """Many cases: a file, or a table pasted out of a spreadsheet."""

    pasted = forms.CharField(
        label=_("Paste a table"), required=False, max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off", "wrap": "off"}),
        help_text=_("Copy the rows with their headings out of a spreadsheet and paste them here."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("Or choose a file"), required=False, widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=_("CSV or XLSX, at most 20 MB and 100,000 rows."),
    )  # fmt: skip

    def __init__(
        self,
        *given: Any,  # noqa: ANN401 - Django's own
        diseases: Sequence[tuple[str, str]],
        offices: Sequence[tuple[int, str]],
        **options: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        """Take what may be chosen."""
        super().__init__(*given, **options)
        offered(self, diseases=diseases, offices=offices)

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        cleaned = super().clean() or {}
        if not cleaned.get("file") and not (cleaned.get("pasted") or "").strip():
            self.add_error("pasted", _("Paste a table or choose a file."))
        return cleaned


class StaySaidForm(Telling):
    """A stay that somebody tells."""

    place = forms.CharField(
        label=_("Place"), max_length=200,
        help_text=_("The short code on its poster, or its name and address in words."),
    )  # fmt: skip
    start = Moment(label=_("From"))
    end = Moment(label=_("Until"))
    source = forms.ChoiceField(label=_("Who says so"), choices=tuple(casewords.SOURCES.items())[1:])
    note = note_field()


class ContactSaidForm(Telling):
    """Somebody whom an interview names."""

    name = forms.CharField(label=_("Name"), max_length=400, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(
        label=_("Phone number"), required=False, max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    reach = forms.CharField(
        label=_("Without a phone: how they are reached"), required=False, max_length=200,
        help_text=_("An address, or the number of a relative."),
    )  # fmt: skip
    relation = forms.ChoiceField(label=_("Where they meet"), choices=tuple(casewords.RELATIONS.items()))
    first = day_field(_("First met on"))
    last = day_field(_("Last met on"))
    said_by = forms.ChoiceField(label=_("Who says so"), choices=tuple(casewords.SOURCES.items())[1:])

    def clean(self) -> dict[str, Any]:
        """One day may stand for both."""
        cleaned = super().clean() or {}
        cleaned["last"] = cleaned.get("last") or cleaned.get("first")
        if not cleaned.get("first"):
            self.add_error("first", _("Say on which day they met."))
        return cleaned
