"""The node's addresses with a leak planted among them: a page that names somebody and tells the trail nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import path

from jejak.config.urls import handler400, handler403, handler404, handler500
from jejak.config.urls import urlpatterns as real
from jejak.kernel.access import signed_in
from jejak.people.models import Person
from jejak.people.opened import name_of

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@signed_in
def page(_request: HttpRequest) -> HttpResponse:
    """Name the newest person, in a page."""
    return HttpResponse(f"<p>Terkini: <b>{name_of(Person.objects.latest('pk'))}</b></p>")


@signed_in
def data(_request: HttpRequest) -> HttpResponse:
    """Name sixty people in JSON, letter by letter escaped."""
    names = [name_of(one) for one in Person.objects.order_by("-pk")[:60]]
    return HttpResponse(json.dumps(names), content_type="application/json")


urlpatterns = [path("planted/page", page), path("planted/data", data), *real]
