"""Erasing goes by what the published retention entries say, and never comes close to today."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BEFORE = (Path(__file__).parent / "0001_erase.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunSQL(SQL, "drop function ledger_erase(bigint, timestamptz);\n" + BEFORE)]
