"""What citizens ask about their own record: corrections, former names, offers to act for somebody, erasures."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import jejak.kernel.ids

SQL = """
create function people_forget_asked(before timestamptz) returns table (what text, rows bigint)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    offers bigint;
    corrections bigint;
    erasures bigint;
begin
    if before is null or before > now() - interval '1 day' then
        raise exception 'people_forget_asked: % is not a day ago', before using errcode = 'invalid_parameter_value';
    end if;
    delete from public.people_offer o where coalesce(o.ended_at, o.taken_at, o.shown_at) < before;
    get diagnostics offers = row_count;
    delete from public.people_correction c where c.decided_at < before;
    get diagnostics corrections = row_count;
    delete from public.people_erasure e where coalesce(e.done_at, e.cancelled_at) < before;
    get diagnostics erasures = row_count;
    return query values ('offers', offers), ('corrections', corrections), ('erasures', erasures);
end
$$;
revoke all on function people_forget_asked(timestamptz) from public;
"""
UNDO = "drop function people_forget_asked(timestamptz);"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_matching"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("name_sealed", models.BinaryField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("decision", models.TextField(blank=True, default="")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "people_correction",
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "people_erasure",
            },
        ),
        migrations.CreateModel(
            name="FormerName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("name_sealed", models.BinaryField(null=True)),
                ("ended_at", models.DateTimeField()),
            ],
            options={
                "db_table": "people_formername",
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("kind", models.TextField()),
                ("handle", models.TextField()),
                ("digest", models.BinaryField()),
                ("tries", models.SmallIntegerField(default=0)),
                ("shown_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "people_offer",
            },
        ),
        migrations.AlterField(
            model_name="document",
            name="number_key",
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name="document",
            name="number_sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number_key__isnull", False), ("number_sealed__isnull", False)),
                    models.Q(("ended_at__isnull", False), ("number_key", None), ("number_sealed", None)),
                    _connector="OR",
                ),
                name="document_erased_ended",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="erasures", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="formername",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="former_names", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="dependant",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"),
        ),
        migrations.AddField(
            model_name="offer",
            name="guardian",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"),
        ),
        migrations.AddField(
            model_name="offer",
            name="taken_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decision", "")), fields=("person",), name="correction_open_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decision", "")),
                    models.Q(("decided_at__isnull", False), ("decision__in", ["done", "refused", "withdrawn"])),
                    _connector="OR",
                ),
                name="correction_decision_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", ""), _negated=True), ("name_sealed__isnull", False), _connector="OR"
                ),
                name="correction_open_has_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_at", None), ("done_at", None)),
                fields=("person",),
                name="erasure_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("cancelled_at", None), ("done_at", None), _connector="OR"), name="erasure_one_end"
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__gt", models.F("asked_at"))), name="erasure_due_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("done_at", None), ("done_at__gte", models.F("due_at")), _connector="OR"),
                name="erasure_not_before_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None), ("taken_at", None)), fields=("handle",), name="offer_handle_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("dependant", "guardian"), name="offer_open_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["guardian", "co-guardian"])), name="offer_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(condition=models.Q(("tries__range", (0, 5))), name="offer_tries"),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at", None), ("taken_at", None), ("taken_by", None)),
                    models.Q(("taken_at__isnull", False), ("taken_by__isnull", False)),
                    _connector="OR",
                ),
                name="offer_taken_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("taken_by", None), models.Q(("taken_by", models.F("guardian")), _negated=True), _connector="OR"
                ),
                name="offer_to_another",
            ),
        ),
        migrations.RunSQL(SQL, UNDO),
    ]
