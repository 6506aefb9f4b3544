"""Persons as a Django app."""

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
        from jejak.access.queries import holding  # models are not ready when this module is loaded
        from jejak.people import approvals, asked, counter, matching

        approvals.register()
        counter.register()
        navigation.register(label=_("Counter"), route="people:counter", shown=holding(*counter.ROLES), order=15)
        navigation.register(label=_("People twice"), route="people:twice", shown=holding(*approvals.STEWARDS), order=65)
        retention.register(
            RetentionClass(
                "proposals",
                _("Proposals of people who may exist twice"),
                _days,
                matching.past_time,
                order=70,
                holds=_("Two persons by number, and what speaks for their being one"),
                tables=frozenset({"people_proposal"}),
            )
        )
        retention.register(
            RetentionClass(
                "asked",
                _("What citizens asked about their record"),
                _days,
                asked.past_time,
                order=71,
                holds=_("Sealed names to be corrected, offers to act for somebody, erasures"),
                tables=frozenset({"people_correction", "people_offer", "people_erasure"}),
            )
        )


def _days() -> int:
    return settings().visit_days + QUEUED_DAYS
