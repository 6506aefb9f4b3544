"""Registers the room with Django, its links in the header of owners and officers, and a premises' own tab."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.access.rules import HEALTH_OFFICER
from jejak.store import reopening, retention
from jejak.store.forgetting import by_function
from jejak.store.retention import RetentionClass
from jejak.ui import navigation

A_QUARTER = 90
"""Days for which a file's rows stay, so that what was refused of it can be mended."""


class PremisesConfig(AppConfig):
    """Premises, zones and posters."""

    name = "jejak.premises"
    label = "premises"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Show owners the way to their premises, and officers to those that wait; higher rooms add tabs beside ours."""
        from jejak.access.queries import holding
        from jejak.premises.actions.invitations import end_invitations  # models are not ready when this is loaded

        reopening.register("invitations of tenants and owners", end_invitations)
        navigation.register(label=_("My premises"), route="premises:list", shown=_is_owner, order=20)
        navigation.register(
            label=_("Premises to confirm"), route="premises:waiting", shown=holding(HEALTH_OFFICER), order=40
        )
        for code, label, function, holds, table in (
            (
                "imports",
                _("Rows of files of premises"),
                "premises_forget_rows",
                _("The cells of uploaded tables, names and numbers of owners among them"),
                "premises_importrow",
            ),
            (
                "premises-invitations",
                _("Invitations to a premises that ended"),
                "premises_forget_invitations",
                _("E-mail address of whoever was invited to take over a premises or a part of it"),
                "premises_invitation",
            ),
        ):
            goes = by_function(function, what=code)
            kept = RetentionClass(code, label, lambda: A_QUARTER, goes, holds=holds, tables=frozenset({table}))
            retention.register(kept)
        navigation.register_tab(area="premises", label=_("Details and posters"), route="premises:detail", order=90)


def _is_owner(user: object) -> bool:
    return getattr(user, "kind", "") == "owner"
