"""The owner's page of the day at the busiest premises, as a ratio to the bare statements that count the same.

``BENCH_SIZE=seed BENCH_DATA=<folder>`` measures SELangkah's 14 million visits. The page is asked for through Django's
own test client: no network, everything else.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg

from bench.lognode import log_node
from bench.search import Times, moment
from jejak.kernel.places import day_bounds, local_day
from jejak.store import sql

if TYPE_CHECKING:
    from datetime import datetime

    from bench.lognode import LogNode
    from bench.report import Report

ROUNDS, QUICK_ROUNDS = 60, 20
BEFORE_MIDNIGHT = timedelta(hours=11)
"""One in the afternoon of the log's last day."""
MOST = 4
"""The mark: the page takes at most so many times what the statements take."""
CAPACITY = 500
WEEKS = 4
EMAIL = "pemilik-ukuran@contoh.example"


@dataclass(slots=True)
class Owner:
    """Whoever owns the busiest premises, signed in, at a moment of the log's last day."""

    client: Any
    address: str
    premises: int
    now: datetime

    @classmethod
    def open(cls, *, premises: int, now: datetime) -> Owner:
        """Return the owner's browser; account and ownership are made if they are not there."""
        from django.conf import settings
        from django.test import Client

        from jejak.access import actions
        from jejak.access.models import User
        from jejak.access.rules import AccountKind
        from jejak.entrance.views import today
        from jejak.premises.models import Premises

        settings.ALLOWED_HOSTS = ["*"]
        owner = User.objects.filter(email=EMAIL).first() or actions.add_account(
            email=EMAIL,
            name="Pemilik Contoh",
            kind=AccountKind.OWNER,
            role="premises_owner",
            password=token_urlsafe(16),
        )
        Premises.objects.filter(pk=premises).update(owner=owner, capacity=CAPACITY)
        setattr(today, "now", lambda: now)  # noqa: B010 - the log ends at a midnight; its last day is the one to show
        client = Client()
        client.force_login(owner)
        uuid = Premises.objects.values_list("uuid", flat=True).get(pk=premises)
        return cls(client, f"/premises/{uuid}/today", premises, now)

    def page(self) -> bytes:
        """Return the page."""
        answer = self.client.get(self.address)
        assert answer.status_code == 200, answer.status_code
        return bytes(answer.content)

    def bare(self, connection: psycopg.Connection[Any]) -> tuple[int, int]:
        """Return how many are inside and came today, by the statements alone: now, today, that day in 4 weeks."""
        today = local_day(self.now)
        days = [[today], [today - timedelta(weeks=week) for week in range(1, WEEKS + 1)]]
        with psycopg.Cursor(connection) as cursor:
            values: dict[str, object] = {"premises": self.premises, "now": self.now}
            inside = cursor.execute(sql.load("visits", "inside").encode(), values, prepare=True).fetchone()
            counted = []
            for wanted in days:
                bounds = [day_bounds(day) for day in wanted]
                starts, ends = [each.start for each in bounds], [each.end for each in bounds]
                given = {"starts": starts, "ends": ends, "first": min(starts), "last": max(ends)}
                statement = sql.load("visits", "hours").encode()
                values = {"premises": self.premises, "zone": None, **given}
                counted.append(cursor.execute(statement, values, prepare=True).fetchall())
        assert inside is not None
        return int(inside[0]), sum(row[2] for row in counted[0])


def run(report: Report, *, quick: bool = False) -> None:
    """Measure the owner's page at the busiest premises."""
    size = os.environ.get("BENCH_SIZE") or ("thirtieth" if quick else "tenth")
    with log_node(report, size=size) as stand:
        now = moment(stand.whole.window[1]) - BEFORE_MIDNIGHT
        owner = Owner.open(premises=busiest(stand, now=now), now=now)
        with stand.connect() as connection:
            inside, came = owner.bare(connection)
            report.note(f"{came:,} check-ins that day, {inside:,} inside at one in the afternoon")
            shown = owner.page().decode()
            assert f"{inside:,}" in shown, "the page shows another number than the statement counts"
            assert f"{came:,}" in shown, "the page shows another number than the statement counts"
            for _round in range(2):  # the first warms up, the second is reported
                bare, pages = Times(), Times()
                for _ in range(QUICK_ROUNDS if quick else ROUNDS):
                    bare.of(lambda: owner.bare(connection))
                    pages.of(owner.page)
    report.line(case="busiest premises, sql, median", value=bare.ms, unit="ms")
    of = "busiest premises, sql"
    report.line(case="owner's page, median", value=pages.ms, unit="ms", ratio=pages.ms / bare.ms, of=of, at_most=MOST)
    report.line(case="owner's page, p95", value=pages.p95, unit="ms", ratio=pages.p95 / bare.p95, of=of)


def busiest(stand: LogNode, *, now: datetime) -> int:
    """Return the premises that most checked in at on the day of ``now``."""
    since, until = (round(each.timestamp() * 1000) for each in (day_bounds(local_day(now)).start, now))
    log = stand.whole
    of_the_day = log.premises[(log.checked_in >= since) & (log.checked_in < until)]
    return int(np.argmax(np.bincount(of_the_day)))
