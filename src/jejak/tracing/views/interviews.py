"""Writing down what people say of a case: where they were, whom they met; taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from jejak.kernel import clock
from jejak.kernel.access import roles
from jejak.premises import queries as premises
from jejak.tracing import actions, caseforms
from jejak.tracing.actions import ContactSaid, StaySaid
from jejak.tracing.errors import CaseInvalid
from jejak.tracing.pages import officer
from jejak.tracing.refusals import told
from jejak.tracing.rules import OFFICERS
from jejak.tracing.views.cases import page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@roles(*OFFICERS)
@told
@require_POST
@sensitive_post_parameters("stay-place", "stay-note")
def stay(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write down where somebody says the case was; a short code is the place that it stands for."""
    form = caseforms.StaySaidForm(request.POST, prefix="stay")
    if form.is_valid():
        given = form.cleaned_data
        there = premises.search(text=given["place"], limit=2)
        one = there[0].id if len(there) == 1 else None
        said = StaySaid(
            given["start"], given["end"], given["source"], one, "" if one else given["place"], given["note"]
        )
        try:
            actions.add_stay(uuid=uuid, said=said, by=officer(request), at=clock.now())
        except CaseInvalid as wrong:
            form.tell([(wrong.field, wrong.problem)])
        else:
            messages.success(request, _("The stay is written down."))
            return redirect("tracing:case", uuid=uuid)
    return page(request, uuid, told={"stay": form}, status=422)


@roles(*OFFICERS)
@told
@require_POST
@sensitive_post_parameters("contact-name", "contact-phone", "contact-reach")
def contact(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write down whom somebody says the case met."""
    form = caseforms.ContactSaidForm(request.POST, prefix="contact")
    if form.is_valid():
        try:
            actions.add_contact(uuid=uuid, said=ContactSaid(**form.cleaned_data), by=officer(request), at=clock.now())
        except CaseInvalid as wrong:
            form.tell([(wrong.field, wrong.problem)])
        else:
            messages.success(request, _("The contact is written down."))
            return redirect("tracing:case", uuid=uuid)
    return page(request, uuid, told={"contact": form}, status=422)


@roles(*OFFICERS)
@told
@require_POST
def end(request: HttpRequest, uuid: UUID, said: UUID) -> HttpResponse:
    """Take back a stay or a contact that somebody said."""
    actions.take_back(uuid=uuid, said=said, by=officer(request), at=clock.now())
    messages.success(request, _("Taken back. What was decided with it stays readable."))
    return redirect("tracing:case", uuid=uuid)
