"""The profile that every node begins with; officers make newer versions on its page."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import migrations

from jejak.kernel.ids import uuid7
from jejak.tracing import profilerules

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def add(apps: "Apps", _editor: "BaseDatabaseSchemaEditor") -> None:
    """Add the first version."""
    profile = apps.get_model("tracing", "Profile")
    made_at = datetime(2022, 3, 1, tzinfo=UTC)
    profile.objects.create(uuid=uuid7(), version=1, made_at=made_at, **profilerules.FIRST)


class Migration(migrations.Migration):
    dependencies = [("tracing", "0002_reports")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
