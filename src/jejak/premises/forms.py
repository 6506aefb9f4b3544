"""The form of a premises: its details, with opening hours that are easy to give."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jejak.kernel.ids import is_uuid7, uuid7
from jejak.kernel.places import STATES
from jejak.premises.districts import DISTRICTS
from jejak.premises.errors import DetailsWrong, OpeningHoursWrong
from jejak.premises.hours import day_name
from jejak.premises.rules import (
    ALWAYS_OPEN,
    DAYS,
    KINDS,
    LARGEST_CAPACITY,
    LONGEST_NAME,
    Details,
    OpeningHours,
    checked,
    opening_hours,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.forms import BoundField
    from django.utils.functional import _StrPromise

    from jejak.premises.queries import Place

SAME, EACH, ALWAYS = "same", "each", "always"
TEXTS: Final = ("name", "branch", "kind", "address", "state", "district", "registration_number", "phone")
TIMES: Final = ("opens", "closes", "break_from", "break_to")

DETAILS_WRONG: Final = {
    "missing": _("Fill this in."),
    "too-long": _("This is too long; shorten it."),
    "characters": _("There is a character here that cannot be printed; type it anew instead of pasting it."),
    "unknown": _("Choose one from the list."),
    "range": _("Give a number from 1 to 1,000,000."),
    "phone": _("This is no phone number. Write it like 03-5544 1234 or 012-345 6789."),
    "ssm-digits": _("A number of SSM has 12 digits, such as 202003123456. Count them against the certificate."),
    "ssm-year": _(
        "A number of SSM begins with the year, such as 2020 in 202003123456. Compare it with the certificate."
    ),
    "ssm-kind": _("The fifth and sixth digit of a number of SSM are 01 to 06. Compare it with the certificate."),
    "partnership-form": _("The number of a partnership is written like LLP0012345-LGN."),
    "number-form": _(
        "Write the number of SSM like 202003123456, 1234567-X, SA0123456-X or LLP0012345-LGN, "
        "or the licence number as your local council printed it."
    ),
}
_HOURS_WRONG: Final = {
    "empty": _("Opening and closing time are the same; for all day give 00:00 to 00:00."),
    "order": _("The break must lie between opening and closing."),
    "overlap": _("These hours run into the next day's; close earlier or open later."),
    "never": _("Open on at least one day."),
}
_MISSING: Final = {
    "name": _("Give the name that people know the premises by."),
    "kind": _("Choose the kind that fits best."),
    "address": _("Give the address, as on an envelope."),
    "state": _("Choose the state."),
    "district": _("Give the district."),
}
_HOURS_UNCLEAR: Final = _("Give both an opening and a closing time, such as 09:00 and 22:00.")


def _choices(pairs: Iterator[tuple[str, str]]) -> list[tuple[str, Any]]:
    return [("", _("Choose one")), *pairs]


def _kinds() -> list[tuple[str, Any]]:
    language = get_language() or "ms"
    named = sorted((kind.name(language), kind.code) for kind in KINDS.values() if kind.code != "other")
    return _choices(iter([(code, name) for name, code in named] + [("other", KINDS["other"].name(language))]))


def _time(label: str | _StrPromise, *, required: bool = False) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=required, widget=widget, error_messages={"invalid": _HOURS_UNCLEAR})


class DetailsForm(forms.Form):
    """What an owner says of a premises; ``details()`` gives it to the rules."""

    uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=_("Name of the premises"),
        max_length=LONGEST_NAME,
        help_text=_("As people know it. It stands on the poster and on each visitor's receipt."),
    )
    branch = forms.CharField(
        label=_("Branch"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("If there are several of the same name, for example “Section 7”."),
    )
    kind = forms.ChoiceField(
        label=_("Kind of premises"),
        choices=_kinds,
        help_text=_("It decides how long a visit is taken to last when nobody checks out."),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("of Malaysia", "State"), choices=lambda: _choices(iter(STATES.items()))
    )
    district = forms.CharField(
        label=_("District"),
        max_length=80,
        widget=forms.TextInput(attrs={"list": "districts"}),
        help_text=_("For example Petaling or Kinta."),
    )
    capacity = forms.IntegerField(
        label=_("Capacity"),
        required=False,
        min_value=1,
        max_value=LARGEST_CAPACITY,
        help_text=_("How many people may be inside at once, if there is a limit."),
    )
    registration_number = forms.CharField(
        label=_("Registration number"),
        max_length=60,
        required=False,
        help_text=_(
            "If the business has one: of SSM, such as 202003123456 or SA0123456-X, or of the local council’s licence."
        ),
    )
    phone = forms.CharField(
        label=_("Phone number of the business"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=_("If it can receive SMS, you can confirm the premises with it. Visitors do not see it."),
    )
    hours = forms.ChoiceField(
        label=_("Opening hours"),
        widget=forms.RadioSelect,
        initial=SAME,
        choices=[
            (SAME, _("The same every day")),
            (EACH, _("Different from day to day, or closed on some")),
            (ALWAYS, _("Always open")),
        ],
    )
    breaks = forms.BooleanField(label=_("There is a break in the middle of some days"), required=False)
    opens = _time(_("Opens"))
    closes = _time(_("Closes"))

    def __init__(self, *args: Any, place: Place | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Start empty, or with what is known of ``place``."""
        kwargs["initial"] = _initial(place) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for field, sentence in _MISSING.items():
            self.fields[field].error_messages["required"] = sentence
        for number, day in enumerate(DAYS):
            name = day_name(number)
            self.fields[f"{day}_open"] = forms.BooleanField(label=name, required=False)
            labels = (_("{day}: opens"), _("{day}: closes"), _("{day}: break from"), _("{day}: break to"))
            for part, label in zip(TIMES, labels, strict=True):
                self.fields[f"{day}_{part}"] = _time(format_lazy(label, day=name))

    def districts(self) -> list[tuple[str, str]]:
        """Return the districts to suggest, each with its state's name."""
        return sorted((name, STATES[state]) for state, names in DISTRICTS.items() for name in names)

    def days(self) -> Iterator[tuple[BoundField, list[BoundField]]]:
        """Give each day's field for being open with its four times."""
        for day in DAYS:
            yield self[f"{day}_open"], [self[f"{day}_{part}"] for part in TIMES]

    def clean_uuid(self) -> UUID:
        """Return the number minted with the form; a missing or foreign-made one is replaced."""
        uuid = self.cleaned_data["uuid"]
        return uuid if isinstance(uuid, UUID) and is_uuid7(uuid) else uuid7()

    def clean(self) -> dict[str, Any]:
        """Put the details together and let the rules judge them."""
        data = super().clean() or {}
        try:
            week = self._week(data)
        except OpeningHoursWrong as wrong:
            self.add_error(self._field_at_fault(wrong), _HOURS_WRONG.get(wrong.problem, _HOURS_UNCLEAR))
            return data
        try:
            data["details"] = checked(
                Details(
                    opening_hours=week,
                    capacity=data.get("capacity"),
                    **{name: data.get(name, "") for name in TEXTS},
                )
            )
        except DetailsWrong as wrong:
            if wrong.field not in self.errors:
                self.add_error(wrong.field, DETAILS_WRONG[wrong.problem])
        return data

    def details(self) -> Details:
        """Return what the rules accepted; ask only a valid form."""
        details: Details = self.cleaned_data["details"]
        return details

    def _week(self, data: dict[str, Any]) -> OpeningHours:
        mode = data.get("hours") or SAME
        if mode == ALWAYS:
            return ALWAYS_OPEN
        if mode == SAME:
            return opening_hours(dict.fromkeys(DAYS, _ranges("", data, "", TIMES[:2])))
        parts = TIMES if data.get("breaks") else TIMES[:2]
        return opening_hours({day: _ranges(f"{day}_", data, day, parts) for day in DAYS if data.get(f"{day}_open")})

    def _field_at_fault(self, wrong: OpeningHoursWrong) -> str:
        if self.cleaned_data.get("hours") != EACH:
            return "opens"
        return f"{wrong.day}_opens" if wrong.day else "hours"


def _ranges(prefix: str, data: dict[str, Any], day: str, parts: tuple[str, ...]) -> list[list[str]]:
    """Return a day's one range, or two around its break; ``parts`` are the times that are looked at."""
    opens, closes, rest, resume = (data.get(f"{prefix}{part}") if part in parts else None for part in TIMES)
    if opens is None or closes is None or (rest is None) != (resume is None):
        raise OpeningHoursWrong("time", day=day)
    if rest is None or resume is None:
        return [[_spelled(opens), _closing(closes)]]
    if rest <= opens or resume <= rest or opens < closes <= resume:
        raise OpeningHoursWrong("order", day=day)
    return [[_spelled(opens), _spelled(rest)], [_spelled(resume), _closing(closes)]]


def _spelled(moment: time) -> str:
    return f"{moment:%H:%M}"


def _closing(moment: time) -> str:
    return "24:00" if moment == time() else _spelled(moment)


def _initial(place: Place | None) -> dict[str, Any]:
    week = {f"{day}_open": True for day in DAYS} | {f"{day}_opens": "09:00" for day in DAYS}
    blank = {"opens": "09:00", "closes": "22:00", "hours": SAME} | week | {f"{day}_closes": "22:00" for day in DAYS}
    if place is None:
        return blank | {"uuid": uuid7()}
    kept = ("uuid", "name", "branch", "address", "state", "district", "capacity", "registration_number", "phone")
    said = {name: getattr(place, name) for name in kept}
    return blank | said | {"kind": place.kind.code} | _initial_hours(place.opening_hours)


def _initial_hours(hours: OpeningHours | None) -> dict[str, Any]:
    if hours is None:
        return {}
    if hours == ALWAYS_OPEN:
        return {"hours": ALWAYS}
    document = hours.document()
    if len(hours.runs()) == 1 and len(document["mon"]) == 1:
        (opens, closes), *_rest = document["mon"]
        return {"hours": SAME, "opens": opens, "closes": _shown(closes)}
    found: dict[str, Any] = {"hours": EACH}
    for day, ranges in document.items():
        found |= {f"{day}_open": bool(ranges), "breaks": found.get("breaks", False) or len(ranges) > 1}
        if ranges:
            found |= {f"{day}_opens": ranges[0][0], f"{day}_closes": _shown(ranges[-1][1])}
        if len(ranges) > 1:
            found |= {f"{day}_break_from": _shown(ranges[0][1]), f"{day}_break_to": ranges[1][0]}
    return found


def _shown(closes: str) -> str:
    return "00:00" if closes == "24:00" else closes
