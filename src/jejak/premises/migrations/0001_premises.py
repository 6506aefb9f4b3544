"""The tables of premises, zones and posters."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import jejak.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Premises",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("name", models.TextField()),
                ("branch", models.TextField(blank=True, default="")),
                ("kind", models.TextField()),
                ("address", models.TextField()),
                ("state", models.TextField()),
                ("district", models.TextField()),
                ("opening_hours", models.JSONField()),
                ("capacity", models.IntegerField(blank=True, null=True)),
                ("stay_minutes", models.SmallIntegerField()),
                ("longest_minutes", models.SmallIntegerField()),
                ("created_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "premises_premises",
            },
        ),
        migrations.CreateModel(
            name="Zone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("name", models.TextField()),
                (
                    "premises",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="zones", to="premises.premises"
                    ),
                ),
            ],
            options={
                "db_table": "premises_zone",
            },
        ),
        migrations.CreateModel(
            name="Poster",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("short_code", models.TextField()),
                ("issued_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "retired_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "premises",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posters", to="premises.premises"
                    ),
                ),
                (
                    "zone",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posters",
                        to="premises.zone",
                    ),
                ),
            ],
            options={
                "db_table": "premises_poster",
            },
        ),
        migrations.AddConstraint(
            model_name="premises",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__length__range", (1, 120))), name="premises_name_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="premises",
            constraint=models.CheckConstraint(
                condition=models.Q(("branch__length__lte", 120)), name="premises_branch_bounded"
            ),
        ),
        migrations.AddConstraint(
            model_name="premises",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__regex", "^[a-z][a-z-]{1,30}$")), name="premises_kind_is_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="premises",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "MY-01",
                            "MY-02",
                            "MY-03",
                            "MY-04",
                            "MY-05",
                            "MY-06",
                            "MY-07",
                            "MY-08",
                            "MY-09",
                            "MY-10",
                            "MY-11",
                            "MY-12",
                            "MY-13",
                            "MY-14",
                            "MY-15",
                            "MY-16",
                        ],
                    )
                ),
                name="premises_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="premises",
            constraint=models.CheckConstraint(
                condition=models.Q(("stay_minutes__gte", 1), ("stay_minutes__lte", models.F("longest_minutes"))),
                name="premises_stay_within_longest",
            ),
        ),
        migrations.AddConstraint(
            model_name="premises",
            constraint=models.CheckConstraint(
                condition=models.Q(("longest_minutes__lte", 1440)), name="premises_longest_within_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="premises",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity", None), ("capacity__range", (1, 1000000)), _connector="OR"),
                name="premises_capacity_plausible",
            ),
        ),
        migrations.AddConstraint(
            model_name="premises",
            constraint=models.CheckConstraint(
                condition=models.Q(("closed_at", None), ("closed_at__gte", models.F("created_at")), _connector="OR"),
                name="premises_closed_after_created",
            ),
        ),
        migrations.AddConstraint(
            model_name="zone",
            constraint=models.UniqueConstraint(fields=("premises", "name"), name="zone_name_once"),
        ),
        migrations.AddConstraint(
            model_name="zone",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__length__range", (1, 120))), name="zone_name_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="poster",
            constraint=models.UniqueConstraint(fields=("short_code",), name="poster_short_code_once"),
        ),
        migrations.AddConstraint(
            model_name="poster",
            constraint=models.CheckConstraint(
                condition=models.Q(("short_code__regex", "^[0-9A-HJKMNP-TV-Z]{7}$")), name="poster_short_code_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="poster",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("retired_at", None), ("retired_by", None)),
                    models.Q(("retired_at__isnull", False), ("retired_by__isnull", False)),
                    _connector="OR",
                ),
                name="poster_retirement_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="poster",
            constraint=models.CheckConstraint(
                condition=models.Q(("retired_at", None), ("retired_at__gte", models.F("issued_at")), _connector="OR"),
                name="poster_retired_after_issued",
            ),
        ),
        migrations.AddConstraint(
            model_name="poster",
            constraint=models.CheckConstraint(
                condition=models.Q(("id__range", (1, 274877906943))), name="poster_number_fits_code"
            ),
        ),
        # Two foreign keys that Django cannot say in one: a poster's zone is a zone of the poster's own premises.
        migrations.RunSQL(
            sql="""
                alter table premises_zone add constraint zone_within_premises unique (premises_id, id);
                alter table premises_poster add constraint poster_zone_of_its_premises
                    foreign key (premises_id, zone_id) references premises_zone (premises_id, id)
                    deferrable initially deferred;
            """,
            reverse_sql="""
                alter table premises_poster drop constraint poster_zone_of_its_premises;
                alter table premises_zone drop constraint zone_within_premises;
            """,
        ),
    ]
