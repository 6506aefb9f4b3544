"""Let a batch that is being sent be stopped and held, tell withdrawals, and note in which language a contact reads."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("tracing", "0007_quarantine_2022"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="noticebatch", name="notice_batch_sent_or_stopped"),
        migrations.AddField(
            model_name="contact", name="language", field=models.TextField(blank=True, db_default="", default="")
        ),
        migrations.AddField(model_name="notice", name="told", field=models.UUIDField(blank=True, null=True)),
        migrations.AddField(model_name="notice", name="told_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            model_name="noticebatch", name="failed", field=models.TextField(blank=True, db_default="", default="")
        ),
        migrations.AddField(
            model_name="noticebatch", name="held_until", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="noticebatch",
            name="stopped_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=Q(language__in=["", "ms", "en"]), name="contact_language_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=Q(told_at=None, told=None) | Q(told_at__isnull=False, withdrawn_at__isnull=False),
                name="notice_told_once_withdrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=Q(message=None) | Q(sent_at__isnull=False, failed=""), name="notice_message_once_sent"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticebatch",
            constraint=models.CheckConstraint(
                condition=Q(finished_at=None) | Q(stopped_at=None), name="notice_batch_sent_or_stopped"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticebatch",
            constraint=models.CheckConstraint(
                condition=Q(held_until=None) | ~Q(failed=""), name="notice_batch_held_with_reason"
            ),
        ),
    ]
