"""What this room adds to the kinds of request, of purpose and of files, about accounts of staff themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jejak.access import manifests, purposes, queries, second
from jejak.access.purposes import PurposeKind
from jejak.access.rules import AGENCY_MANAGER, AUDITOR, REGISTER, RESET_SECOND
from jejak.access.second import RequestKind

if TYPE_CHECKING:
    from collections.abc import Mapping


def register() -> None:
    """Add them, once models are there."""
    label = gettext_lazy("Take off a lost second step")
    second.register(RequestKind(RESET_SECOND, label, frozenset({AGENCY_MANAGER, AUDITOR}), said, near=True))
    label = gettext_lazy("Register of accounts")
    purposes.register(PurposeKind(REGISTER, label, {REGISTER: frozenset({AUDITOR})}, frozenset()))
    manifests.register(holds=REGISTER, label=gettext_lazy("the register of staff accounts"))


def said(what: Mapping[str, object]) -> str:
    """Return in words whose second step goes."""
    name, agency = queries.whose(what)
    return _("%(name)s (%(agency)s) loses the second step and sets up a new one at the next sign-in.") % {
        "name": name,
        "agency": agency,
    }
