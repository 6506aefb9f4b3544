"""Whoever an entry names may ask about it; questions go with their entries."""

import django.db.models.deletion
from django.db import migrations, models

import jejak.kernel.ids

SQL = """
create or replace function trail_forget(before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    forgotten bigint;
begin
    if before is null or before > now() - interval '90 days' then
        raise exception 'trail_forget: % is not 90 days ago', before using errcode = 'invalid_parameter_value';
    end if;
    delete from public.trail_question q using public.trail_entry e where e.id = q.entry_id and e.at < before;
    delete from public.trail_subject s using public.trail_entry e where e.id = s.entry_id and e.at < before;
    delete from public.trail_entry where at < before;
    get diagnostics forgotten = row_count;
    return forgotten;
end
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0003_forget")]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("person_id", models.BigIntegerField()),
                ("words_sealed", models.BinaryField()),
                ("asked_at", models.DateTimeField()),
                ("answer_sealed", models.BinaryField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answered_by", models.BigIntegerField(blank=True, null=True)),
                ("answered_name", models.TextField(blank=True, default="")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="trail.entry"
                    ),
                ),
            ],
            options={
                "db_table": "trail_question",
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at", None)), fields=["asked_at"], name="trail_question_open"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "person_id"), name="trail_question_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer_sealed", None),
                                ("answered_at", None),
                                ("answered_by", None),
                                ("answered_name", ""),
                            ),
                            models.Q(
                                ("answer_sealed__isnull", False),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                models.Q(("answered_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="trail_question_answer_whole",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
