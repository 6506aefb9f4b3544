"""Accounts, agencies and requests as a Django app."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.access import rules
from jejak.ui import navigation


class AccessConfig(AppConfig):
    """Registers the models, and shows staff the way to the pages about themselves."""

    name = "jejak.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the links."""
        navigation.register(label=_("People"), route="access:people", shown=_holds(rules.AGENCY_MANAGER), order=70)
        navigation.register(label=_("Accounts"), route="access:accounts", shown=_holds(rules.AUDITOR), order=71)
        navigation.register(label=_("Second person"), route="access:requests", shown=_decides, order=60)


def _held(user: Any) -> frozenset[str]:  # noqa: ANN401 - whoever Django says is asking
    from jejak.access.queries import roles_of  # models are not ready when apps are loaded

    if not user.is_authenticated:
        return frozenset()
    held = getattr(user, "held_roles", None)  # what the access rule of this page has asked for already
    return roles_of(user) if held is None else held


def _holds(role: str) -> Any:  # noqa: ANN401 - a predicate over users
    return lambda user: role in _held(user)


def _decides(user: Any) -> bool:  # noqa: ANN401 - likewise
    from jejak.access.second import deciders

    return bool(_held(user) & deciders())
