"""The list of accounts to be confirmed, above a manager's people."""

from __future__ import annotations

from typing import Any

from django import template

from jejak.access.queries.rechecks import to_confirm

register = template.Library()


@register.inclusion_tag("access/rechecks.html", takes_context=True)
def rechecks(context: dict[str, Any]) -> dict[str, Any]:
    """Show who is to be confirmed in the manager's agency; nothing if there is nobody."""
    user = context["request"].user
    people = to_confirm(by=user)
    return {"people": people, "user": user, "csrf_token": context.get("csrf_token", "")}
