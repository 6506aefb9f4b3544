"""Registers the demo with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.ui import navigation


class DemoConfig(AppConfig):
    """The invented population and its start page."""

    name = "jejak.demo"
    label = "demo"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Show the way to the start page; on a node that is no demo it is not mounted, so nothing shows."""
        navigation.register(label=_("Try it"), route="demo:start", order=1)
