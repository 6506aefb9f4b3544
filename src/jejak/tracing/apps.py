"""Cases, their contacts and searches as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.access.rules import CLINICIAN, LABORATORY
from jejak.tracing.rules import OFFICERS
from jejak.ui import navigation


class TracingConfig(AppConfig):
    """Puts cases, contacts and the search into the header of those who may use them."""

    name = "jejak.tracing"
    label = "tracing"

    def ready(self) -> None:
        """Register links, kinds of purpose, what needs a second officer, what holds a record and what follows it."""
        from jejak.access import actions as access  # models are not ready when this module is loaded
        from jejak.access.queries import holding
        from jejak.people.queries import on_erasing, on_merged, register_holding
        from jejak.tracing import actions, exports, forgetting, noticepurposes, purposes, runpurposes
        from jejak.tracing.actions.erasing import forget_persons
        from jejak.tracing.actions.uniting import unite_contacts
        from jejak.tracing.queries.holding import open_of

        purposes.register()
        runpurposes.register()
        noticepurposes.register(ended=actions.decided)
        access.register_export(holds=exports.CONTACTS, label=_("Contacts of a person"))
        access.register_export(holds=exports.VISITORS, label=_("Visitors of a premises"))
        forgetting.register()
        register_holding("cases", open_of)
        on_erasing("cases", forget_persons)
        on_merged("contacts", unite_contacts)
        navigation.register(
            label=_("Cases"),
            route="tracing:cases",
            shown=holding(*OFFICERS),
            order=25,
            beside=("tracing:runs", "tracing:reports", "tracing:profiles"),
        )
        navigation.register(
            label=_("Report a case"), route="tracing:case-new", shown=holding(LABORATORY, CLINICIAN), order=26
        )
        navigation.register(
            label=_("Contacts"),
            route="tracing:work",
            shown=holding(*OFFICERS),
            order=28,
            beside=("tracing:notices", "tracing:follow-ups", "tracing:line-list"),
        )
        navigation.register(label=_("Contact search"), route="tracing:start", shown=holding(*OFFICERS), order=30)
