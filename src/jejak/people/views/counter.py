"""The counter's pages: find somebody, open the record, write down the document, say who acts for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from jejak.access.rules import CLINIC_MANAGER, CLINIC_STAFF, DATA_STEWARD
from jejak.kernel.access import roles
from jejak.kernel.clock import now
from jejak.people import actions, counter
from jejak.people.errors import BirthUnfit, DocumentDiffers, DocumentTaken, GuardianRefused, PersonRefused, TooManyFound
from jejak.people.forms import KINDS, FindForm, GuardianForm, ShowForm, WriteInForm
from jejak.people.keys import find_by_keys
from jejak.people.views.asking import asker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from jejak.people.counter import Match, Record
    from jejak.people.keys import Found

LEVELS: Final = (
    gettext_lazy("typed at a door"),
    gettext_lazy("phone proved"),
    gettext_lazy("document shown"),
)
REFUSALS: Final = {
    "document": gettext_lazy("Nobody showed this document here. Record the guardian's own document first."),
    "same": gettext_lazy("That is the same person."),
    "dependants": gettext_lazy("This person acts for others, so nobody can act for them."),
    "dependant": gettext_lazy("Somebody acts for that person, so they cannot act for others."),
}
at_counter = roles(CLINIC_STAFF, CLINIC_MANAGER, DATA_STEWARD)


def _sent(request: HttpRequest) -> Any:  # noqa: ANN401 - a form's data, or none
    return request.POST if request.method == "POST" else None


@at_counter
def find(request: HttpRequest) -> HttpResponse:
    """Find whom a document or a phone number stands for; what was typed is in no address."""
    form = FindForm(_sent(request))
    shown: dict[str, Any] = {"form": form, "found": None, "write_in": WriteInForm()}
    if request.method == "POST" and form.is_valid():
        try:
            shown["found"] = [(one, LEVELS[one.level]) for one in _matching(request, form)]
        except TooManyFound:
            form.add_error("name", _("More than 20 people by that. Ask for the document."))
    return render(request, "people/counter/find.html", shown, status=422 if form.errors else 200)


def _matching(request: HttpRequest, form: FindForm) -> Sequence[Match | Found]:
    told, by = form.cleaned_data, asker(request)
    phone, document = told["phone"], told.get("document")
    if phone or document:
        found = counter.find(by=by, phone=phone, document=document, now=now())
        if found or not (document and told["name"] and told["birth"]):
            return found
        said = counter.purpose(document.kind)
        return find_by_keys(document=document, name=told["name"], birth=told["birth"], by=by, purpose=said, now=now())
    return find_by_keys(name=told["name"], last4=told["last4"], by=by, purpose=counter.purpose(), now=now())


@at_counter
@require_POST
def write_in(request: HttpRequest) -> HttpResponse:
    """Write down somebody who was never at a door."""
    form = WriteInForm(request.POST)
    if form.is_valid():
        try:
            uuid = counter.write_in(by=asker(request), name=form.cleaned_data["name"], now=now())
            return redirect("people:counter-person", uuid=uuid)
        except PersonRefused:
            form.add_error("name", _("Write the name with letters, as it stands on the document."))
    shown = {"form": FindForm(), "found": None, "write_in": form}
    return render(request, "people/counter/find.html", shown, status=422)


@at_counter
def person(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a record beside the form for the document, and take it."""
    record = counter.open_record(by=asker(request), uuid=uuid, now=now())
    form = ShowForm(_sent(request))
    if request.method == "POST" and form.is_valid() and _recorded(request, record, form):
        shown = {"record": record, "phone": form.cleaned_data["phone"]}
        return render(request, "people/counter/done.html", shown)
    return render(request, "people/counter/person.html", _page(record, form), status=422 if form.errors else 200)


def _recorded(request: HttpRequest, record: Record, form: ShowForm) -> bool:
    told, moment = form.cleaned_data, now()
    document = told["document"]
    try:
        actions.show_document(
            by=asker(request), person=record.id, document=document, birth=told["birth"], phone=told["phone"],
            name=told["name"], purpose=counter.purpose(document.kind), at=moment,
        )  # fmt: skip
    except PersonRefused:
        form.add_error("name", _("Write the name with letters, as it stands on the document."))
    except BirthUnfit:
        form.add_error("birth", _("This date does not fit the number of the document. Look at both once more."))
    except DocumentDiffers:
        form.add_error("number", _("That is not the document on record for this person. Compare once more."))
    except DocumentTaken as error:
        actions.propose_same(person=record.id, other=error.other, at=moment)
        form.add_error(
            None,
            _(
                "Somebody else showed this document before. Nothing was changed. "
                "A colleague who looks after people who exist twice has been told; keep the person's phone number "
                "and call back."
            ),
        )
    else:
        return True
    return False


@at_counter
def guardian(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write down who acts for a person."""
    record = counter.open_record(by=asker(request), uuid=uuid, now=now())
    form = GuardianForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            name = counter.set_guardian(
                by=asker(request), uuid=uuid, document=told["document"], kind=told["acts"], now=now()
            )
        except GuardianRefused as error:
            form.add_error(None, str(REFUSALS[error.reason]))
        else:
            messages.success(
                request, _("%(name)s acts for %(dependant)s from now on.") % {"name": name, "dependant": record.name}
            )
            return redirect("people:counter-person", uuid=uuid)
    shown = {"record": record, "form": form}
    return render(request, "people/counter/guardian.html", shown, status=422 if form.errors else 200)


@at_counter
@require_POST
def of_age(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End that anybody acts for a person, who speaks for themselves."""
    counter.hand_over(by=asker(request), uuid=uuid, now=now())
    messages.success(request, _("Nobody acts for this person any more. Record their own phone number now."))
    return redirect("people:counter-person", uuid=uuid)


@at_counter
@require_POST
def unbind(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End the browsers that show a person's data, because a phone was lost or is a new one."""
    ended = counter.unbind(by=asker(request), uuid=uuid, now=now())
    said = ngettext(
        "%(count)s browser shows the records no more.", "%(count)s browsers show the records no more.", ended
    )
    more = _("The next sign-in with the phone number binds a new one, within 14 days.")
    messages.success(request, f"{said % {'count': ended}} {more}")
    return redirect("people:counter-person", uuid=uuid)


def _page(record: Record, form: ShowForm) -> dict[str, Any]:
    kinds = dict(KINDS)
    return {
        "record": record,
        "form": form,
        "level": LEVELS[record.level],
        "kinds": [kinds[kind] for kind in record.kinds],
        "acts": {"guardian": _("guardian"), "co-guardian": _("co-guardian")},
    }
