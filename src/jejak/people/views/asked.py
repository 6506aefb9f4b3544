"""What people asked about their record, at the counter: the spelling of a name, and being erased without a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jejak.kernel.clock import now
from jejak.people import counter, leaving, names
from jejak.people.errors import DocumentDiffers, ErasureHeld, ErasureOver, GuardsOthers
from jejak.people.forms import DecideForm
from jejak.people.views.asking import asker
from jejak.people.views.counter import at_counter

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@at_counter
def name(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Decide how a name is written, with the document in hand."""
    record = counter.open_record(by=asker(request), uuid=uuid, now=now())
    if record.wanted is None:  # decided meanwhile, or taken back
        messages.info(request, _("No other spelling waits for a decision."))
        return redirect("people:counter-person", uuid=uuid)
    form = DecideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        document, accept = form.cleaned_data["document"], request.POST.get("decision") == "accept"
        try:
            said = names.decide(
                by=asker(request), uuid=record.wanted.uuid, document=document, accept=accept,
                purpose=counter.purpose(document.kind), now=now(),
            )  # fmt: skip
        except DocumentDiffers:
            form.add_error("number", _("That is not the document on record for this person. Compare once more."))
        else:
            messages.success(request, _("The name is written %(name)s. The person is told by SMS.") % {"name": said})
            return redirect("people:counter-person", uuid=uuid)
    shown = {"record": record, "form": form}
    return render(request, "people/counter/name.html", shown, status=422 if form.errors else 200)


@at_counter
def erase(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write down that a person who is here wants to be erased; seven days run, in which they may think again."""
    record = counter.open_record(by=asker(request), uuid=uuid, now=now())
    form = DecideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _shown(record, form):
        purpose = counter.purpose(form.cleaned_data["document"].kind)
        try:
            leaving.ask_at_counter(by=asker(request), uuid=uuid, purpose=purpose, now=now())
        except GuardsOthers:
            form.add_error(None, _("This person acts alone for somebody. Record another guardian first."))
        except ErasureHeld:
            form.add_error(None, _("An open case needs this record. Nothing was changed."))
        else:
            messages.success(request, _("Noted. The record is erased in seven days, unless the person thinks again."))
            return redirect("people:counter-person", uuid=uuid)
    shown = {"record": record, "form": form}
    return render(request, "people/counter/erase.html", shown, status=422 if form.errors else 200)


def _shown(record: counter.Record, form: DecideForm) -> bool:
    if names.is_of(person=record.id, document=form.cleaned_data["document"]):
        return True
    form.add_error("number", _("That is not the document on record for this person. Compare once more."))
    return False


@at_counter
@require_POST
def keep(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Stop an erasure, because the person is here and thought again."""
    try:
        leaving.cancel_at_counter(by=asker(request), uuid=uuid, purpose=counter.purpose(), now=now())
    except ErasureOver:
        raise Http404 from None
    messages.success(request, _("Stopped. Nothing is erased."))
    return redirect("people:counter-person", uuid=uuid)
