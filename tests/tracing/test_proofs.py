"""A session's proof opens one notice for half an hour, and nothing else."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from jejak.tracing.models import Notice
from jejak.tracing.proofs import LIFE, MOST, forget, prove, proved

pytestmark = pytest.mark.django_db

NOW = datetime(2022, 3, 14, 2, tzinfo=UTC)


@pytest.fixture
def request_() -> HttpRequest:
    """Return a request with a session of its own."""
    asked = HttpRequest()
    asked.session = SessionStore()
    asked.session.create()
    return asked


def test_a_proof_opens_its_notice_for_half_an_hour(request_: HttpRequest) -> None:
    notice = Notice(uuid=uuid4())
    prove(request_, notice, NOW)
    assert proved(request_, notice.uuid, NOW)
    assert proved(request_, notice.uuid, NOW + LIFE - timedelta(seconds=1))
    assert not proved(request_, notice.uuid, NOW + LIFE)


def test_a_proof_opens_no_other_notice(request_: HttpRequest) -> None:
    prove(request_, Notice(uuid=uuid4()), NOW)
    assert not proved(request_, uuid4(), NOW)


def test_a_proof_of_the_time_to_come_opens_nothing(request_: HttpRequest) -> None:
    notice = Notice(uuid=uuid4())
    prove(request_, notice, NOW + timedelta(hours=1))
    assert not proved(request_, notice.uuid, NOW)


def test_a_proof_gives_the_session_a_new_key(request_: HttpRequest) -> None:
    before = request_.session.session_key
    prove(request_, Notice(uuid=uuid4()), NOW)
    assert request_.session.session_key != before


def test_the_oldest_proofs_give_way(request_: HttpRequest) -> None:
    notices = [Notice(uuid=uuid4()) for _ in range(MOST + 1)]
    for second, notice in enumerate(notices):
        prove(request_, notice, NOW + timedelta(seconds=second))
    later = NOW + timedelta(minutes=1)
    assert [proved(request_, notice.uuid, later) for notice in notices] == [False] + [True] * MOST


def test_a_proof_can_be_given_up(request_: HttpRequest) -> None:
    one, other = Notice(uuid=uuid4()), Notice(uuid=uuid4())
    prove(request_, one, NOW)
    prove(request_, other, NOW)
    forget(request_, one.uuid)
    assert (proved(request_, one.uuid, NOW), proved(request_, other.uuid, NOW)) == (False, True)
