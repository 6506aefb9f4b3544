"""Registers the joining pages with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.access.rules import AGENCY_MANAGER, AUDITOR
from jejak.ui import navigation


class WebConfig(AppConfig):
    """The joining pages; they have no models."""

    name = "jejak.web"
    label = "web"

    def ready(self) -> None:
        """Register the auditors' purpose, and the links of auditors and managers."""
        from jejak.access.actions import auditing  # models are not ready when this module is loaded
        from jejak.access.queries import holding

        auditing.register()
        both = holding(AUDITOR, AGENCY_MANAGER)
        navigation.register(label=_("Questions"), route="web:questions", shown=holding(AUDITOR), order=72)
        navigation.register(label=_("Samples"), route="web:samples", shown=holding(AUDITOR), order=74)
        navigation.register(label=_("Auditors ask"), route="web:asked", shown=holding(AGENCY_MANAGER), order=74)
        navigation.register(label=_("Trail"), route="web:trail", shown=both, order=75)
