"""The visits room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.kernel.settings import settings
from jejak.store import retention
from jejak.store.retention import RetentionClass
from jejak.visits.rules import QUEUED_DAYS


class VisitsConfig(AppConfig):
    """Visits, and how long they and those who made them are kept."""

    name = "jejak.visits"
    label = "visits"

    def ready(self) -> None:
        """Register what goes with time."""
        from jejak.people.queries import on_joining, register_holding
        from jejak.visits import actions  # models are not ready when this module is loaded
        from jejak.visits.queries.numbers import counts_of
        from jejak.visits.queries.own import made_elsewhere

        retention.register(
            RetentionClass(
                "visits",
                _("Visits"),
                lambda: settings().visit_days,
                actions.past_time,
                order=10,
                holds=_("Who was where and when, by number; disputes, unusual hours, sealed rows of imports"),
                tables=frozenset({"visits_visit", "visits_dispute", "visits_burst", "visits_quarantined"}),
            )
        )
        idle = RetentionClass(
            code="persons",
            label=_("Names and numbers of visitors not seen since"),
            days=lambda: settings().visit_days + QUEUED_DAYS,
            run=actions.idle_persons,
            order=80,
            holds=_("Sealed names, numbers and ways to be reached; printed cards"),
            tables=frozenset({"people_person", "people_card"}),
        )
        retention.register(idle)
        register_holding("visits", counts_of)
        on_joining("visits", made_elsewhere)
