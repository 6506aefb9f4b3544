"""The table of quarantine that every node begins with; officers add later ones on its page."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django.db import migrations

from jejak.kernel.ids import uuid7
from jejak.tracing import quarantine

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def add(apps: "Apps", _editor: "BaseDatabaseSchemaEditor") -> None:
    """Add the table of 1 March 2022."""
    told = quarantine.MARCH_2022
    apps.get_model("tracing", "QuarantineTable").objects.create(
        uuid=uuid7(),
        disease="covid-19",
        valid_from=date.fromisoformat(str(told["valid_from"])),
        rows=told["rows"],
        source=told["source"],
        made_at=datetime(2022, 3, 3, tzinfo=UTC),
    )


class Migration(migrations.Migration):
    dependencies = [("tracing", "0006_notices_follow_up")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
