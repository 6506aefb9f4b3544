"""Persons as a Django app."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.kernel.settings import settings
from jejak.store import retention
from jejak.store.retention import RetentionClass
from jejak.ui import navigation

QUEUED_DAYS = 4
"""As long as the visits behind a person, and a little more: an old proposal would keep idle persons for ever."""


class PeopleConfig(AppConfig):
    """Registers the model of a person."""

    name = "jejak.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register purposes, requests, what goes with time, and the link to people who exist twice."""
        from jejak.people import approvals, matching  # models are not ready when this module is loaded

        approvals.register()
        navigation.register(label=_("People twice"), route="people:twice", shown=_reviews, order=65)
        retention.register(
            RetentionClass(
                "proposals", _("Proposals of people who may exist twice"), _days, matching.past_time, order=70
            )
        )


def _days() -> int:
    return settings().visit_days + QUEUED_DAYS


def _reviews(user: Any) -> bool:  # noqa: ANN401 - whoever Django says is asking
    from jejak.access.queries import roles_of
    from jejak.people.approvals import STEWARDS

    if not user.is_authenticated:
        return False
    held = getattr(user, "held_roles", None)  # what the access rule of this page has asked for already
    return bool(STEWARDS & (roles_of(user) if held is None else held))
