"""Premises and accounts for tests, made by the actions that make them in earnest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from premises.weeks import every_day

from jejak.kernel.ids import uuid7
from jejak.premises import actions
from jejak.premises.rules import Details

if TYPE_CHECKING:
    from jejak.access.models import User
    from jejak.premises.queries import Place

NOW = datetime(2022, 1, 21, 7, 15, tzinfo=UTC)
SHOP = Details(
    name="Kedai Runcit Seri",
    branch="Seksyen 7",
    kind="shop",
    address="12, Jalan Mawar 3",
    state="MY-10",
    district="Petaling",
    opening_hours=every_day((540, 1320)),
    capacity=40,
    registration_number="202003123456",
    phone="+60123456789",
)


def account(email: str, name: str = "Orang Lain") -> User:
    from jejak.access import actions as access

    return access.add_account(email=email, name=name, kind="owner", role="premises_owner")


def shop(of: Any, **changed: Any) -> Place:
    return actions.register(by=of, uuid=uuid7(), details=replace(SHOP, **changed), now=NOW).place


def browser(user: User) -> Any:
    from django.test import Client

    found = Client()
    found.force_login(user)
    return found


def text_of(answer: Any) -> str:
    import html
    import re

    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


def trail() -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select action from trail_entry order by id")
        return [row[0] for row in cursor.fetchall()]
