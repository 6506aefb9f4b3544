"""Merges form groups of any shape, can be doubted, and need two to undo; how far the search for doubles has come."""

import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

SQL = """
create function people_forget_proposals(before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    gone bigint;
begin
    if before is null or before > now() - interval '1 day' then
        raise exception 'people_forget_proposals: % is not a day ago', before using errcode = 'invalid_parameter_value';
    end if;
    delete from public.people_proposal p where p.decision <> 'merged' and coalesce(p.decided_at, p.found_at) < before;
    get diagnostics gone = row_count;
    return gone;
end
$$;
revoke all on function people_forget_proposals(timestamptz) from public;
"""
UNDO = "drop function people_forget_proposals(timestamptz);"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_identity"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Matched",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("person", models.BigIntegerField(default=0)),
                ("before", models.BigIntegerField(default=0)),
                ("at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "people_matched",
            },
        ),
        migrations.RemoveConstraint(
            model_name="merge",
            name="merge_once",
        ),
        migrations.AddField(
            model_name="merge",
            name="doubted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="merge",
            name="undone_request",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("phone_verified_at__isnull", False)),
                fields=["phone_verified_at"],
                name="people_person_verified",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                django.db.models.functions.comparison.Least("kept", "merged"),
                django.db.models.functions.comparison.Greatest("kept", "merged"),
                condition=models.Q(("undone_at", None)),
                name="merge_pair_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("undone_at", None), ("undone_at__gte", models.F("merged_at")), _connector="OR"),
                name="merge_undone_after_merged",
            ),
        ),
        migrations.AddConstraint(
            model_name="matched",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="matched_single"),
        ),
        migrations.AddConstraint(
            model_name="matched",
            constraint=models.CheckConstraint(
                condition=models.Q(("person__gte", models.F("before"))), name="matched_goes_on"
            ),
        ),
        migrations.RunSQL(SQL, UNDO),
    ]
