"""A second person: asked, decided by somebody else in time, used once and for just that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction
from racing import at_once, kinds

from jejak.access import actions, queries
from jejak.access.errors import ReasonMissing, RequestRefused, UnknownRequest
from jejak.access.models import Request
from jejak.access.rules import SENIOR_HEALTH_OFFICER

if TYPE_CHECKING:
    from jejak.access.models import User

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KIND = "contoh.files"
WHAT = {"rows": 4000, "file": "contacts"}
SENIORS = frozenset({SENIOR_HEALTH_OFFICER})


def staff(email: str, role: str = SENIOR_HEALTH_OFFICER) -> User:
    return actions.add_account(email=email, name=email.split("@", maxsplit=1)[0].title(), kind="staff", role=role)


def asked(by: User, **more: object) -> Request:
    said = {"kind": KIND, "what": WHAT, "reason": "Outbreak at a market", "now": NOW, **more}
    return actions.ask(by=by, **said)  # type: ignore[arg-type]


def approved(by: User, second: User) -> Request:
    return actions.approve(by=second, uuid=asked(by).uuid, needed=SENIORS, now=NOW)


@pytest.mark.django_db
class TestOneAfterTheOther:
    """The life of a request."""

    def test_what_another_approved_can_be_used(self) -> None:
        aminah = staff("aminah@contoh.example")
        request = approved(aminah, staff("badrul@contoh.example"))
        done = actions.use(by=aminah, uuid=request.uuid, kind=KIND, what=WHAT, now=NOW)
        assert done.used_at == NOW

    def test_nobody_approves_their_own(self) -> None:
        aminah = staff("aminah@contoh.example")
        with pytest.raises(RequestRefused, match="own"):
            actions.approve(by=aminah, uuid=asked(aminah).uuid, needed=SENIORS, now=NOW)

    def test_without_the_role_nobody_decides(self) -> None:
        officer = staff("cik@contoh.example", "health_officer")
        with pytest.raises(RequestRefused, match="role"):
            actions.approve(by=officer, uuid=asked(staff("aminah@contoh.example")).uuid, needed=SENIORS, now=NOW)

    def test_a_request_expires_before_and_after_the_decision(self) -> None:
        aminah, badrul = staff("aminah@contoh.example"), staff("badrul@contoh.example")
        day = NOW + timedelta(hours=24)
        with pytest.raises(RequestRefused, match="expired"):
            actions.approve(by=badrul, uuid=asked(aminah).uuid, needed=SENIORS, now=day)
        request = approved(aminah, badrul)
        with pytest.raises(RequestRefused, match="expired"):
            actions.use(by=aminah, uuid=request.uuid, kind=KIND, what=WHAT, now=day)

    def test_it_covers_just_what_was_said_and_only_once(self) -> None:
        aminah = staff("aminah@contoh.example")
        request = approved(aminah, staff("badrul@contoh.example"))
        with pytest.raises(RequestRefused, match="changed"):
            actions.use(by=aminah, uuid=request.uuid, kind=KIND, what={**WHAT, "rows": 4001}, now=NOW)
        actions.use(by=aminah, uuid=request.uuid, kind=KIND, what=WHAT, now=NOW)
        with pytest.raises(RequestRefused, match="used"):
            actions.use(by=aminah, uuid=request.uuid, kind=KIND, what=WHAT, now=NOW)

    def test_a_refused_one_stays_refused_and_says_why(self) -> None:
        aminah, badrul = staff("aminah@contoh.example"), staff("badrul@contoh.example")
        request = asked(aminah)
        with pytest.raises(ReasonMissing):
            actions.refuse(by=badrul, uuid=request.uuid, needed=SENIORS, note="no", now=NOW)
        actions.refuse(by=badrul, uuid=request.uuid, needed=SENIORS, note="Ask for one district", now=NOW)
        with pytest.raises(RequestRefused, match="decided"):
            actions.approve(by=staff("chong@contoh.example"), uuid=request.uuid, needed=SENIORS, now=NOW)
        with pytest.raises(RequestRefused, match="not-approved"):
            actions.use(by=aminah, uuid=request.uuid, kind=KIND, what=WHAT, now=NOW)
        assert queries.request(uuid=request.uuid, by=aminah).note == "Ask for one district"

    def test_somebody_elses_request_is_not_there_to_be_used(self) -> None:
        aminah, badrul = staff("aminah@contoh.example"), staff("badrul@contoh.example")
        request = approved(aminah, badrul)
        with pytest.raises(UnknownRequest):
            actions.use(by=badrul, uuid=request.uuid, kind=KIND, what=WHAT, now=NOW)

    def test_the_same_wish_twice_is_one_request(self) -> None:
        aminah = staff("aminah@contoh.example")
        assert asked(aminah).uuid == asked(aminah).uuid
        assert len(queries.open_requests(kinds=[KIND], by=aminah, now=NOW)) == 1

    def test_a_reason_is_needed(self) -> None:
        with pytest.raises(ReasonMissing):
            asked(staff("aminah@contoh.example"), reason="   ")

    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("request_decided_by_another", {"decision": "approved", "decided_at": NOW, "decided_by": "asked_by"}),
            ("request_decision_paired", {"decision": "approved"}),
            ("request_used_after_approval", {"used_at": NOW}),
            ("request_has_reason", {"reason": ""}),
            ("request_expires_after", {"expires_at": NOW}),
        ],
    )
    def test_each_constraint_refuses(self, name: str, values: dict[str, object]) -> None:
        request = asked(staff("aminah@contoh.example"))
        if values.get("decided_by") == "asked_by":
            values = {**values, "decided_by": request.asked_by}
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Request.objects.filter(pk=request.pk).update(**values)


@pytest.mark.django_db(transaction=True)
def test_of_two_racing_decisions_one_stands() -> None:
    request = asked(staff("aminah@contoh.example"))
    badrul, chong = staff("badrul@contoh.example"), staff("chong@contoh.example")
    outcomes = at_once(
        lambda: actions.approve(by=badrul, uuid=request.uuid, needed=SENIORS, now=NOW),
        lambda: actions.refuse(by=chong, uuid=request.uuid, needed=SENIORS, note="Too many rows", now=NOW),
    )
    assert kinds(outcomes) == ["Request", "RequestRefused"]


@pytest.mark.django_db(transaction=True)
def test_an_approval_raced_for_is_used_once() -> None:
    aminah = staff("aminah@contoh.example")
    request = approved(aminah, staff("badrul@contoh.example"))
    deed = lambda: actions.use(by=aminah, uuid=request.uuid, kind=KIND, what=WHAT, now=NOW)  # noqa: E731
    outcomes = at_once(deed, deed, deed)
    assert kinds(outcomes) == ["Request", "RequestRefused", "RequestRefused"]


@pytest.mark.django_db(transaction=True)
def test_a_wish_sent_by_two_clicks_at_once_is_one_request() -> None:
    aminah = staff("aminah@contoh.example")
    outcomes = at_once(lambda: asked(aminah).pk, lambda: asked(aminah).pk)
    assert len(set(outcomes)) == 1
    assert Request.objects.count() == 1
