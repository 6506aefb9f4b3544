"""A worker killed in the midst of sending notices: nobody is told twice, and nobody is left out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from django.db.models import Count
from tracing.conftest import office, town
from tracing.telling import ask, batch_of, many

from jejak.kernel import clock
from jejak.messaging.models import Message
from jejak.tracing.models import ContactEvent, Notice, NoticeBatch
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

__all__ = ["office", "town"]
PEOPLE = 450
WORK = """
import django
django.setup()
from jejak.kernel import clock
from jejak.tracing import actions
actions.send_notices(number={number}, clock=clock.now)
"""


@pytest.mark.django_db(transaction=True)
def test_kill_9_of_a_worker_that_sends_notices_loses_and_doubles_none(town: Town, office: Office) -> None:
    batch = batch_of(ask(office, *many(town, office, PEOPLE), reason="Semua di dewan yang sama"))
    NoticeBatch.objects.filter(pk=batch.pk).update(confirmed_at=clock.now())
    killed = worker(batch.pk)
    while told() < 100 and killed.poll() is None:
        time.sleep(0.02)
    time.sleep(0.1)  # in the midst of the next hundred
    killed.send_signal(signal.SIGKILL)
    killed.wait(60)
    half = told()
    assert 0 < half < PEOPLE, "killed half-way"
    assert (
        half
        == Notice.objects.exclude(message=None).count()
        == named()
        == ContactEvent.objects.filter(kind="noticed").count()
    )
    assert worker(batch.pk).wait(300) == 0
    assert told() == PEOPLE == named()
    twice = Message.objects.filter(template="notice.contact").values("recipient_key").annotate(many=Count("pk"))
    assert not twice.filter(many__gt=1).exists()
    assert NoticeBatch.objects.get().finished_at is not None


def worker(number: int) -> subprocess.Popen[bytes]:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "jejak.config.settings", "JEJAK_DEMO": "true"}
    return subprocess.Popen([sys.executable, "-W", "ignore", "-c", WORK.format(number=number)], env=env)


def told() -> int:
    return Message.objects.filter(template="notice.contact").count()


def named() -> int:
    """Return how many people the trail says were told."""
    entries = Entry.objects.filter(action="tracing.noticed").annotate(many=Count("subjects"))
    return sum(entries.values_list("many", flat=True))
