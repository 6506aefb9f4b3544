"""The register of all staff accounts and of agencies' own sign-ins, for auditors; a file of it goes on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jejak.access import actions, queries
from jejak.access.actions import Draft, handed
from jejak.access.labels import FACTORS, FLAGS, ROLES, SHOWS, WAYS
from jejak.access.manifests import FORMS
from jejak.access.rules import AGENCY_MANAGER, AUDITOR, OPERATOR, REGISTER
from jejak.access.rules import ROLES as KNOWN
from jejak.access.views.asking import asker
from jejak.kernel.access import roles
from jejak.kernel.clock import now
from jejak.kernel.settings import settings
from jejak.trail.rules import Purpose
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from jejak.access.queries import RegisterRow

A_PAGE: Final = 50


@roles(AUDITOR)
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Show every account of staff in an auditor's area, with employer, roles, ways of signing in and last use."""
    asked, area = _asked(request.GET), queries.in_area(user=asker(request))
    found = queries.register(area=area, now=now(), **asked)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    everybody = queries.register(area=area, now=now())
    counts = {show: sum(show in row.flags for row in everybody) for show in FLAGS}
    context = {
        "page": page,
        "asked": asked,
        "shows": SHOWS,
        "roles": [(role, ROLES[role]) for role, kind in KNOWN.items() if kind == "staff"],
        "counts": [(show, SHOWS[show], many) for show, many in counts.items() if many],
        "all": len(everybody),
    }
    return render(request, "access/accounts.html", context)


@roles(AUDITOR)
@require_POST
def download(request: HttpRequest) -> HttpResponse:
    """Hand out the register as it was filtered; the file has a manifest like any other."""
    form = request.POST.get("form", "")
    if form not in FORMS:
        return redirect("access:accounts")
    moment, area = now(), queries.in_area(user=asker(request))
    purpose = Purpose(REGISTER, _("register of accounts"))
    with actions.look(by=asker(request), action=REGISTER, purpose=purpose, at=moment) as look:
        draft = Draft(
            holds=REGISTER,
            action=REGISTER,
            stem="jejak-accounts",
            title=_("Accounts of staff"),
            heading=_heading(),
            rows=_cells(queries.register(area=area, now=moment, **_asked(request.POST))),
            people=frozenset(),
            released=True,
        )
        made = actions.make_export(look=look, draft=draft, form=form, at=moment)
    return handed(made.file) if made.file else redirect("access:export", uuid=made.uuid)


@roles(AUDITOR, OPERATOR, AGENCY_MANAGER)
@require_safe
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Show how agencies sign in by their own providers; a manager sees their own agency's."""
    held = queries.roles_of(asker(request))
    found = queries.providers()
    if not held & {AUDITOR, OPERATOR}:
        found = tuple(one for one in found if one.agency_number == asker(request).agency_id)
    return render(request, "access/sign_ins.html", {"providers": found, "base": settings().base_url})


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    """Return what the form asks for; what is unknown asks for nothing."""
    show, role = given.get("show", ""), given.get("role", "")
    return {
        "text": given.get("q", ""),
        "show": show if show in SHOWS else "",
        "role": role if role in KNOWN else "",
        "order": given.get("sort") or "agency",
    }


def _heading() -> list[str]:
    return [
        _("Name"), _("E-mail address"), _("Employer"), _("Roles"), _("Second step"), _("Signs in by"), _("Since"),
        _("Last used"), _("Left"), _("To ask about"),
    ]  # fmt: skip


def _cells(rows: Iterable[RegisterRow]) -> Iterable[list[str]]:
    for row in rows:
        yield [
            row.name,
            row.email,
            row.agency,
            "; ".join(_role(one) for one in row.held),
            ", ".join(str(FACTORS.get(kind, kind)) for kind in row.factors),
            ", ".join(str(WAYS[way]) for way in row.ways),
            _day(row.joined_at),
            _day(row.seen_at),
            _day(row.left_at),
            ", ".join(str(FLAGS[flag]) for flag in row.flags),
        ]


def _role(one: Any) -> str:  # noqa: ANN401 - queries' Held
    place = " ".join(part for part in (one.district, one.state) if part)
    until = _("until %(day)s") % {"day": _day(one.until)} if one.until else ""
    given = _("given by %(name)s") % {"name": one.granted_by} if one.granted_by else ""
    more = ", ".join(part for part in (place, until, given) if part)
    return f"{ROLES.get(one.role, one.role)}{f' ({more})' if more else ''}"


def _day(moment: datetime | None) -> str:
    return words.day(moment, language="en" if get_language() == "en" else "ms") if moment else ""
