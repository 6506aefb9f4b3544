"""The pages about printed cards: ordering, the sheet to print, what a scanned card says, ending a lost one."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jejak.entrance import actions, cardprinting, cards
from jejak.entrance.cardforms import OrderForm, SlipForm
from jejak.entrance.errors import CardOrderPast, TooManyCards
from jejak.formats import cardcode
from jejak.formats.cardcode import CardCodeError
from jejak.kernel.access import public
from jejak.kernel.addresses import address_of
from jejak.kernel.clock import now
from jejak.kernel.settings import settings
from jejak.people import actions as people
from jejak.people import queries
from jejak.people.errors import CardUnknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from jejak.entrance.cards import Order

View = TypeVar("View", bound="Callable[..., HttpResponse]")


def citizens(view: View) -> View:
    """Let everybody in; nothing of these pages stays in a cache or a search engine."""

    @public(reason="visitors without a phone or an account order cards here, for themselves or their household")
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - what the route captured
        given = view(request, **kwargs)
        given.headers["Cache-Control"] = "no-store"
        given.headers["X-Robots-Tag"] = "noindex"
        given.headers["Referrer-Policy"] = "same-origin"  # the address of an order is its key
        return given

    return cast("View", answer)


@citizens
def order(request: HttpRequest) -> HttpResponse:
    """Take an order for cards, and lead to their sheet."""
    form = OrderForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        shown = {"form": form, "visit_days": settings().visit_days, "most": cards.MOST}
        return render(request, "entrance/card_order.html", shown, status=422 if form.errors else 200)
    try:
        made = actions.order_cards(
            names=form.names(),
            phone=form.cleaned_data["phone"],
            reach=form.cleaned_data["reach"],
            language=(get_language() or "ms")[:2],
            address=address_of(request),
            now=now(),
        )
    except TooManyCards as error:
        answer = render(request, "entrance/card_too_many.html", status=error.status)
        answer.headers["Retry-After"] = "3600"
        return answer
    return redirect("entrance:card-sheet", sealed=cards.sealed(made))


@citizens
@require_safe
def sheet(request: HttpRequest, sealed: str) -> HttpResponse:
    """Show the cards of an order, with what to print."""
    try:
        made = cards.opened(sealed, now=now())
    except CardOrderPast as error:
        return render(request, "entrance/card_past.html", status=error.status)
    return render(request, "entrance/card_sheet.html", {"order": made, "sealed": sealed})


@citizens
@require_safe
def sheet_file(request: HttpRequest, sealed: str) -> HttpResponse:
    """Give the cards of an order as a PDF; ``?save`` asks the browser to keep it."""
    made = _opened(sealed)
    answer = HttpResponse(cardprinting.pdf(made, node=settings()), content_type="application/pdf")
    way = "attachment" if "save" in request.GET else "inline"
    answer.headers["Content-Disposition"] = f'{way}; filename="jejak-card-{made.faces[0].number}.pdf"'
    return answer


@citizens
@require_safe
def picture(request: HttpRequest, sealed: str, number: int) -> HttpResponse:  # noqa: ARG001 - the address says all
    """Give one card of an order as a PNG."""
    made = _opened(sealed)
    face = next((one for one in made.faces if one.number == number), None)
    if face is None:
        raise Http404
    return HttpResponse(cardprinting.picture(made, face, node=settings()), content_type="image/png")


@citizens
@require_safe
def scanned(request: HttpRequest, code: str) -> HttpResponse:
    """Say what a visitor's card is, the same for every code, whether or not there is such a card."""
    try:
        cardcode.parse(code)
    except CardCodeError as error:
        raise Http404 from error
    return render(request, "entrance/card_scanned.html")


@citizens
def lost(request: HttpRequest) -> HttpResponse:
    """Say what to do about a lost card, and take the code of its slip."""
    form = SlipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        try:
            queries.card_number(code=code, side=cardcode.Side.SLIP)
        except CardUnknown:
            form.add_error(
                "code", _("This is no slip's code. Compare it with the slip; the code on the card itself ends nothing.")
            )
        else:
            return redirect("entrance:card-end", slip=code)
    return render(request, "entrance/card_lost.html", {"form": form}, status=422 if form.errors else 200)


@citizens
def end(request: HttpRequest, slip: str) -> HttpResponse:
    """Ask, then end the card of a slip; it shows the card's number, which stands on the slip, and no name."""
    try:
        number = queries.card_number(code=slip, side=cardcode.Side.SLIP)
    except CardUnknown as error:
        raise Http404 from error
    if request.method == "POST":
        people.end_card(slip=slip, at=now())
        return render(request, "entrance/card_ended.html", {"number": cards.said(number)})
    return render(request, "entrance/card_end.html", {"number": cards.said(number), "slip": slip})


def _opened(sealed: str) -> Order:
    try:
        return cards.opened(sealed, now=now())
    except CardOrderPast as error:
        raise Http404 from error
