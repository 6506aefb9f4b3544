"""A notice's page for whom it is for: advice to whoever has the link, places and times after a code to the phone."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.conf import settings as django_settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jejak.kernel import clock
from jejak.kernel.access import public
from jejak.kernel.addresses import address_of
from jejak.messaging import rules as budgets
from jejak.tracing import noticewords, proofs
from jejak.tracing.actions.noticereading import ask_code, dispute, open_notice, phone_of, same_phone, seen
from jejak.tracing.errors import DisputeInvalid, NoticeOver, NoticeUnknown
from jejak.tracing.followrules import FOLLOWING
from jejak.tracing.noticeforms import OpenForm, SaysForm
from jejak.tracing.queries import noticereading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpRequest, HttpResponse

    from jejak.tracing.models import Notice
    from jejak.tracing.queries.noticereading import NamedStay

CLOSED: Final = "whoever has the link reads advice alone; places and times need a code to the phone"


def of_notice(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the notice of its address, in the language in which it was written unless another was chosen.

    What is answered is kept nowhere and found by no search engine; what was never sent is not there.
    """

    @wraps(view)
    def answered(request: HttpRequest, uuid: UUID, **named: Any) -> HttpResponse:  # noqa: ANN401 - any view's
        try:
            notice = noticereading.notice(uuid=uuid)
        except NoticeUnknown:
            raise Http404 from None
        if django_settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(notice.language)
        answer = view(request, notice, **named)
        answer.headers["Content-Language"] = get_language() or notice.language
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer

    return answered


@public(reason=CLOSED)
@of_notice
@require_safe
def show(request: HttpRequest, notice: Notice) -> HttpResponse:
    """Show what to do; and if this session typed the code to the phone, when and where."""
    seen(notice=notice, at=clock.now())
    return _page(request, notice)


@public(reason=CLOSED)
@of_notice
@require_POST
def code(request: HttpRequest, notice: Notice) -> HttpResponse:
    """Send a code to the phone of whom the notice is for."""
    try:
        asked = ask_code(
            notice=notice,
            language="en" if get_language() == "en" else "ms",
            source=budgets.source_of(address_of(request)),
            at=clock.now(),
        )
    except NoticeOver:
        return _back(notice)
    if asked.reason:
        messages.warning(request, _("No code can be sent now. Wait an hour, then try again."))
        return _back(notice)
    proofs.wait(request, notice, asked.challenge)
    return redirect(f"{noticewords.address(notice)}#places")


@public(reason=CLOSED)
@of_notice
@require_POST
def unlock(request: HttpRequest, notice: Notice) -> HttpResponse:
    """Take the code; a wrong, used, old one and one of another notice are answered alike."""
    form, moment = OpenForm(request.POST), clock.now()
    challenge = proofs.waited(request, notice)
    if challenge is None or not noticereading.live(notice, at=moment):
        return _back(notice)
    if form.is_valid():
        typed = form.cleaned_data["code"]
        if open_notice(notice=notice, challenge=challenge, typed=typed, at=moment):
            proofs.prove(request, notice, moment)
            return redirect(f"{noticewords.address(notice)}#places")
        form.add_error("code", _("Not the code, or older than ten minutes. After five tries ask for a new one."))
    return _page(request, notice, form=form)


@public(reason=CLOSED)
@of_notice
@require_POST
def close(request: HttpRequest, notice: Notice) -> HttpResponse:
    """Close places and times again, before somebody else takes the phone."""
    proofs.forget(request, notice.uuid)
    return _back(notice)


@public(reason=CLOSED)
@of_notice
@require_http_methods(["GET", "HEAD", "POST"])
def stay(request: HttpRequest, notice: Notice, number: int) -> HttpResponse:
    """Take what the reader says is wrong with one of the stays; without the code it leads back."""
    moment = clock.now()
    if not opened(request, notice):
        return _back(notice)
    one = next((each for each in noticereading.stays_of(notice) if each.number == number), None)
    if one is None:
        raise Http404
    form = SaysForm(request.POST if request.method == "POST" else None, initial=_times(one))
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("says", "start", "end", "note")}
        try:
            dispute(notice=notice, number=number, at=moment, **said)
        except DisputeInvalid as refused:
            form.refuse(refused.problem)
        except NoticeOver:
            return _back(notice)
        else:
            messages.success(request, _("Noted. The health office looks at it and answers on this page."))
            return redirect(f"{noticewords.address(notice)}#places")
    context = {"notice": notice, "form": form, "line": _lines([one])[0]}
    return render(request, "tracing/notice_page_stay.html", context, status=422 if form.errors else 200)


def _page(request: HttpRequest, notice: Notice, *, form: OpenForm | None = None) -> HttpResponse:
    moment = clock.now()
    context: dict[str, Any] = {"notice": notice, "office": notice.batch.agency.name}
    if notice.withdrawn_at is not None:
        context["why"] = noticewords.WITHDRAWN.get(notice.withdrawn_why, "")
        return render(request, "tracing/notice_page_withdrawn.html", context)
    if not noticereading.live(notice, at=moment):
        return render(request, "tracing/notice_page_ended.html", context)
    follow_up = noticereading.follow_up_of(notice)
    context |= {
        "advice": noticewords.advice(notice, follow_up, at=moment),
        "followed": follow_up is not None and follow_up.state == FOLLOWING,
    }
    if opened(request, notice):
        context |= {
            "proved": True,
            "lines": _lines(noticereading.stays_of(notice)),
            "disease": noticereading.disease_of(notice),
        }
    else:
        context |= {
            "reachable": bool(same_phone(notice)),
            "moved": bool(phone_of(notice.contact)),
            "asked": proofs.waited(request, notice) is not None,
            "form": form or OpenForm(),
        }
    return render(request, "tracing/notice_page.html", context, status=422 if form and form.errors else 200)


def opened(request: HttpRequest, notice: Notice) -> bool:
    """Return whether places and times are open to this session now: its code went to the phone it still is for."""
    moment = clock.now()
    proved = noticereading.live(notice, at=moment) and proofs.proved(request, notice.uuid, moment)
    return proved and bool(same_phone(notice))


def _lines(stays: Sequence[NamedStay]) -> list[dict[str, Any]]:
    places, zones = noticereading.places_of([one.stay for one in stays])
    return noticewords.stays(stays, places=places, zones=zones)


def _times(one: NamedStay) -> dict[str, Any]:
    return {"start": one.stay.period.start, "end": one.stay.period.end}


def _back(notice: Notice) -> HttpResponse:
    return redirect(noticewords.address(notice))
