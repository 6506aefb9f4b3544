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
        """Register the links, what needs a second person, and how long it is kept."""
        from jejak.access import (
            endings,
            exporting,
            keeping,
            registering,
        )  # models are not ready when this module is loaded

        exporting.register()
        endings.register()
        registering.register()
        keeping.register()
        navigation.register(label=_("People"), route="access:people", shown=_holds(rules.AGENCY_MANAGER), order=70)
        navigation.register(label=_("Accounts"), route="access:accounts", shown=_holds(rules.AUDITOR), order=71)
        navigation.register(label=_("Sign-ins"), route="access:sign-ins", shown=_holds(rules.OPERATOR), order=72)
        navigation.register(label=_("Alerts"), route="access:alerts", shown=_answers_for_accounts, order=73)
        navigation.register(label=_("Second person"), route="access:requests", shown=_decides, order=60)
        navigation.register(label=_("Files"), route="access:exports", shown=_takes_out, order=61)


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


def _takes_out(user: Any) -> bool:  # noqa: ANN401 - likewise
    return bool(_held(user) & {rules.HEALTH_OFFICER, rules.SENIOR_HEALTH_OFFICER, rules.AUDITOR})


def _answers_for_accounts(user: Any) -> bool:  # noqa: ANN401 - likewise
    return bool(_held(user) & {rules.AGENCY_MANAGER, rules.AUDITOR})
