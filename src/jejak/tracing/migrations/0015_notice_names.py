"""Call why a batch is held and what tells of a withdrawal by those names, and index what each minute and run asks."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("tracing", "0014_exposure_made_at")]

    operations = [
        migrations.RemoveConstraint("noticebatch", "notice_batch_held_with_reason"),
        migrations.RenameField("noticebatch", "failed", "held_why"),
        migrations.AddConstraint(
            "noticebatch",
            models.CheckConstraint(
                name="notice_batch_held_with_reason", condition=Q(held_until=None) | ~Q(held_why="")
            ),
        ),
        migrations.RemoveConstraint("notice", "notice_told_once_withdrawn"),
        migrations.RenameField("notice", "told", "withdrawal_message"),
        migrations.RenameField("notice", "told_at", "withdrawal_sent_at"),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                name="notice_withdrawal_sent_once_withdrawn",
                condition=Q(withdrawal_sent_at=None, withdrawal_message=None)
                | Q(withdrawal_sent_at__isnull=False, withdrawn_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            "noticebatch",
            models.Index(
                name="tracing_notice_batch_open",
                fields=["confirmed_at"],
                condition=Q(confirmed_at__isnull=False, stopped_at=None, finished_at=None),
            ),
        ),
        migrations.AddIndex(
            "notice",
            models.Index(
                name="tracing_notice_untold",
                fields=["batch"],
                condition=Q(message__isnull=False, withdrawn_at__isnull=False, withdrawal_sent_at=None),
            ),
        ),
        migrations.AddIndex(
            "noticedispute",
            models.Index(name="notice_dispute_corrected", fields=["notice"], condition=Q(outcome="corrected")),
        ),
    ]
