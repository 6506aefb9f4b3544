"""Auditors' random samples; they go with the entries that they drew."""

import django.db.models.deletion
import django.db.models.lookups
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
    update public.trail_leaf l set salt = null
    from public.trail_entry e where l.part = 0 and l.row = e.id and e.at < before;
    update public.trail_leaf l set salt = null
    from public.trail_subject s join public.trail_entry e on e.id = s.entry_id
    where l.part = 1 and l.row = s.id and e.at < before;
    delete from public.trail_question q using public.trail_entry e where e.id = q.entry_id and e.at < before;
    delete from public.trail_drawn d using public.trail_entry e where e.uuid = d.entry and e.at < before;
    delete from public.trail_drawn d using public.trail_sample p where p.id = d.sample_id and p.committed_at < before;
    delete from public.trail_sample where committed_at < before;
    delete from public.trail_subject s using public.trail_entry e where e.id = s.entry_id and e.at < before;
    delete from public.trail_entry where at < before;
    get diagnostics forgotten = row_count;
    return forgotten;
end
$$;
"""
BEFORE = """
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
    update public.trail_leaf l set salt = null
    from public.trail_entry e where l.part = 0 and l.row = e.id and e.at < before;
    update public.trail_leaf l set salt = null
    from public.trail_subject s join public.trail_entry e on e.id = s.entry_id
    where l.part = 1 and l.row = s.id and e.at < before;
    delete from public.trail_question q using public.trail_entry e where e.id = q.entry_id and e.at < before;
    delete from public.trail_subject s using public.trail_entry e where e.id = s.entry_id and e.at < before;
    delete from public.trail_entry where at < before;
    get diagnostics forgotten = row_count;
    return forgotten;
end
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("trail", "0006_forget_leaves"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sample",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("by_id", models.BigIntegerField()),
                ("by_name", models.TextField()),
                ("agency", models.TextField(blank=True, default="")),
                ("action", models.TextField(blank=True, default="")),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("number", models.SmallIntegerField()),
                ("nonce", models.BinaryField()),
                ("record", models.BigIntegerField(unique=True)),
                ("committed_at", models.DateTimeField()),
                ("drawn_at", models.DateTimeField(blank=True, null=True)),
                ("root", models.BinaryField(blank=True, null=True)),
                ("candidates", models.BigIntegerField(blank=True, null=True)),
                ("digest", models.BinaryField(blank=True, null=True)),
            ],
            options={
                "db_table": "trail_sample",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("since__lt", models.F("until")), ("until__lte", models.F("committed_at"))),
                        name="trail_sample_period_over",
                    ),
                    models.CheckConstraint(condition=models.Q(("number__range", (1, 50))), name="trail_sample_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.Exact(
                                models.Func(
                                    models.F("nonce"), function="octet_length", output_field=models.IntegerField()
                                ),
                                32,
                            )
                        ),
                        name="trail_sample_nonce_sized",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("candidates", None), ("digest", None), ("drawn_at", None), ("root", None)),
                            models.Q(
                                ("candidates__isnull", False),
                                ("digest__isnull", False),
                                ("drawn_at__isnull", False),
                                ("root__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="trail_sample_drawn_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Drawn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.SmallIntegerField()),
                ("entry", models.UUIDField(db_index=True)),
                ("finding", models.TextField(blank=True, default="")),
                ("note_sealed", models.BinaryField(blank=True, null=True)),
                ("found_at", models.DateTimeField(blank=True, null=True)),
                ("answer_sealed", models.BinaryField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answered_by", models.BigIntegerField(blank=True, null=True)),
                ("answered_name", models.TextField(blank=True, default="")),
                (
                    "sample",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="drawn", to="trail.sample"
                    ),
                ),
            ],
            options={
                "db_table": "trail_drawn",
                "constraints": [
                    models.UniqueConstraint(fields=("sample", "position"), name="trail_drawn_place_once"),
                    models.UniqueConstraint(fields=("sample", "entry"), name="trail_drawn_entry_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finding", ""), ("found_at", None), ("note_sealed", None)),
                            models.Q(("finding", "in-order"), ("found_at__isnull", False)),
                            models.Q(
                                ("finding", "questionable"), ("found_at__isnull", False), ("note_sealed__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="trail_drawn_finding_whole",
                    ),
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
                                ("finding", "questionable"),
                                models.Q(("answered_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="trail_drawn_answer_whole",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL, BEFORE),
    ]
