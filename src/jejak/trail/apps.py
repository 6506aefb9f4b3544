"""The trail as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.kernel.settings import settings
from jejak.store import backups, retention
from jejak.store.retention import RetentionClass


class TrailConfig(AppConfig):
    """The trail, and how long it is kept."""

    name = "jejak.trail"
    label = "trail"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what goes with time: the trail itself, and what failed jobs leave behind."""
        from jejak.trail import actions  # models are not ready when this module is loaded

        days = RetentionClass(
            "trail",
            _("Who looked at what"),
            lambda: settings().trail_days,
            actions.past_time,
            order=90,
            holds=_("Entries with whom they name, questions and samples with their answers"),
            tables=frozenset(
                {"trail_entry", "trail_subject", "trail_question", "trail_sample", "trail_drawn", "trail_leaf"}
            ),
        )
        retention.register(days)
        jobs = RetentionClass(
            "jobs",
            _("Jobs that ended"),
            lambda: JOB_DAYS,
            actions.past_jobs,
            order=30,
            holds=_("What a job was called and with which numbers"),
            tables=frozenset({"procrastinate_jobs", "procrastinate_events"}),
        )
        retention.register(jobs)
        copies = RetentionClass(
            "backups",
            _("Backups"),
            lambda: settings().backup_days,
            backups.past_time,
            order=95,
            holds=_("Everything above as it was on a day, names and numbers sealed"),
            kept=settings().backup_dir is not None,
        )
        retention.register(copies)


JOB_DAYS = 14
