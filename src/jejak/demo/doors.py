"""The start page's other ways in: tablets at the mall's door, a text message, and the owner's day."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jejak.demo import accounts, queries
from jejak.demo.views import signed_in
from jejak.entrance import actions as entrance
from jejak.entrance import queries as tablets
from jejak.entrance.errors import NameTaken
from jejak.kernel import clock
from jejak.kernel.access import public
from jejak.kernel.ids import uuid7
from jejak.messaging import actions as messaging
from jejak.messaging import queries as sent

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

NAMES: Final = {"counter": "Kaunter", "kiosk": "Kiosk", "display": "Paparan"}
LONGEST_TEXT: Final = 160


def _mall() -> UUID:
    found = queries.mall()
    if found is None:
        raise Http404
    return found


@public(reason="signs in the invented owner, whose password the start page shows anyway")
@require_POST
def today(request: HttpRequest) -> HttpResponse:
    """Sign in as the owner and show the mall's day."""
    signed_in(request, "owner")
    return redirect("entrance:today", uuid=_mall())


@public(reason="makes this browser a tablet at an invented mall's door")
@require_POST
def tablet(request: HttpRequest, mode: str) -> HttpResponse:
    """Add a tablet at the mall and lead this browser to pairing, the code filled in."""
    if mode not in NAMES:
        raise Http404
    owner, place, moment = signed_in(request, "owner"), _mall(), clock.now()
    if mode == "counter":
        with suppress(NameTaken):  # from an earlier try
            entrance.add_member(by=owner, uuid=place, name=accounts.DOOR_NAME, pin=accounts.DOOR_PIN, now=moment)
    name = f"Demo: {NAMES[mode]}"
    for earlier in tablets.tablets_of(owner=owner, uuid=place, now=moment):
        if earlier.name == name and earlier.paired_at is None:
            entrance.take_off(by=owner, uuid=place, tablet=earlier.uuid, now=moment)
    made = entrance.add_tablet(by=owner, uuid=place, name=name, mode=mode, zone=None, now=moment)
    until = tablets.tablet_of(owner=owner, uuid=place, tablet=made, now=moment).waits_until
    if until is None:
        raise Http404
    return HttpResponse(status=302, headers={"Location": f"/door/pair#{tablets.code_of(tablet=made, until=until)}"})


@public(reason="hands an invented text message in, as the gateway of a demo would")
@require_POST
def text(request: HttpRequest) -> HttpResponse:
    """Take a text message and show the answer that the sender would get."""
    said = request.POST.get("text", "")[:LONGEST_TEXT]
    heard = messaging.receive(
        sender=request.POST.get("phone", ""), text=said, reference=f"demo-{uuid7()}", said=None, now=clock.now()
    )
    if heard.reply:
        messaging.send(message=heard.reply, clock=clock.now)
    answers = [one.text for one in sent.console(limit=20) if one.message == heard.reply]
    if answers:
        messages.success(request, _("The answer: %(text)s") % {"text": answers[0]}, extra_tags="answer")
    else:
        told = _("No answer is sent to this number: it is none, or it was answered often enough.")
        messages.info(request, told, extra_tags="answer")
    return redirect("/demo/#doors")
