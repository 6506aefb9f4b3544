"""Purpose by promise is none: every kind of purpose × what it allows × every role, generated from the registry.

What happened elsewhere: police used check-ins (Mainz, SafeWA, TraceTogether). Here the table below is all there is; a
kind, deed or role that is not in it is refused, and so is a purpose that refers to nothing or reaches too far.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from jejak.access import actions, purposes
from jejak.access.actions.permits import _objection
from jejak.access.errors import PurposeRefused
from jejak.access.rules import ROLES, AccountKind, Scope
from jejak.trail.models import Entry
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from jejak.access.models import User
    from jejak.access.purposes import PurposeKind

pytestmark = pytest.mark.django_db
NOW = datetime(2100, 3, 2, 9, tzinfo=UTC)
STATED = """
access.register  access.register                                      auditor
audit            audit.look                                           auditor
counter          counter.find counter.open counter.write-in           clinic_staff clinic_manager data_steward
counter          counter.name counter.guardian counter.unbind         clinic_staff clinic_manager data_steward
counter          counter.erasure people.show-document                 clinic_staff clinic_manager data_steward
counter          people.find-by-keys                                  clinic_staff clinic_manager data_steward
merge            people.compare people.keep-apart                     data_steward
merge            people.merge people.unmerge                          data_steward
merge-search     people.find-by-keys people.find-by-phone             data_steward
case-report      tracing.case-reported                                health_officer senior_health_officer
case-report      tracing.case-reported                                laboratory clinician
case             tracing.case-shown tracing.case-changed              health_officer senior_health_officer
case-past        tracing.case-shown tracing.case-reopened             health_officer senior_health_officer
case             tracing.search                                       health_officer senior_health_officer
run              tracing.ran tracing.run-shown tracing.run-places     health_officer senior_health_officer
contact          tracing.contact tracing.dispute-decided tracing.dispute-entered tracing.followed health_officer senior_health_officer
line-list        tracing.line-list                                    health_officer senior_health_officer
notices          tracing.notices-chosen tracing.noticed               health_officer senior_health_officer
notices          tracing.notices-shown tracing.notices-withdrawn      health_officer senior_health_officer
work-list        tracing.work tracing.follow-up tracing.followed      health_officer senior_health_officer
search           tracing.shown tracing.exported                       health_officer senior_health_officer
"""
"""Kind of purpose, what may be done for it, and by whom."""


def stated() -> set[tuple[str, str, str]]:
    """Return every (kind, deed, role) of the table."""
    found = set()
    for line in STATED.strip().splitlines():
        kind, *rest = line.split()
        deeds, roles = [word for word in rest if word not in ROLES], [word for word in rest if word in ROLES]
        found |= {(kind, deed, role) for deed in deeds for role in roles}
    return found


def every() -> list[PurposeKind]:
    return [kind for kind in purposes.kinds().values() if kind.code != "contoh"]


def deeds() -> list[str]:
    return sorted({deed for kind in every() for deed in kind.allows} | {"people.sell"})


def account(role: str, *, state: str = "") -> User:
    kind = AccountKind.OWNER if role == "premises_owner" else AccountKind.STAFF
    address = f"orang.{sorted(ROLES).index(role)}@contoh.example"
    user = actions.add_account(email=address, name="Orang Contoh", kind=kind, role=role)
    user.role_grants.update(state=state)
    return user


def test_the_registry_allows_what_the_table_states_and_nothing_else() -> None:
    registered = {(kind.code, deed, role) for kind in every() for deed, roles in kind.allows.items() for role in roles}
    assert registered == stated()


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_purpose_and_deed_is_decided_as_stated(role: str) -> None:
    by, allowed = account(role), stated()
    for kind in every():
        for deed in deeds():
            for reference in ("", "kes-99", "01890a5d-ac96-774b-bcce-b302099a8057"):
                why = _objection(
                    by=by, action=deed, purpose=Purpose(kind.code, "kes 17", reference), scope=Scope(), now=NOW
                )
                if (kind.code, deed, role) not in allowed:
                    assert why == "role", f"{role} may {deed} for {kind.code}"
                else:  # nobody made anything that a reference could name
                    assert why == ("reference" if kind.refers else ""), f"{role}: {deed} for {kind.code} {reference}"


@pytest.mark.parametrize(("kind", "deed", "role"), sorted(stated()))
def test_a_grant_for_one_state_looks_at_no_other(kind: str, deed: str, role: str) -> None:
    by = account(role, state="MY-10")
    if purposes.kinds()[kind].refers is None:
        asked = {"by": by, "action": deed, "purpose": Purpose(kind, "kes 17"), "now": NOW}
        assert _objection(scope=Scope("MY-14"), **asked) == "scope"
        assert _objection(scope=Scope("MY-10", "Petaling"), **asked) == ""
    with pytest.raises(PurposeRefused), transaction.atomic():
        actions.permit(by=by, action=deed, purpose=Purpose(kind, "kes 17"), scope=Scope("MY-14"), now=NOW)
    refused = Entry.objects.get(by_id=by.pk)
    assert refused.refused == ("reference" if purposes.kinds()[kind].refers else "scope")


@pytest.mark.parametrize("role", ["enforcement_officer", "operator", "agency_manager", "premises_owner"])
def test_who_enforces_runs_manages_or_owns_looks_for_no_purpose_at_all(role: str) -> None:
    assert {entry for entry in stated() if entry[2] == role} == set()
    by = account(role)
    for kind in every():
        for deed in kind.allows:
            with pytest.raises(PurposeRefused), transaction.atomic():
                actions.permit(by=by, action=deed, purpose=Purpose(kind.code, "kes 17"), now=NOW)


def test_a_purpose_that_nobody_registered_is_refused_to_everybody() -> None:
    for role in ("health_officer", "data_steward", "auditor"):
        why = _objection(
            by=account(role), action="tracing.search", purpose=Purpose("curiosity", "x"), scope=Scope(), now=NOW
        )
        assert why == "kind-unknown"
