"""What may stay empty is empty by default in the database too: not every row comes by Django."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("premises", "0004_proof_reason_same_key")]

    operations = [
        migrations.AlterField("premises", name, models.TextField(blank=True, db_default="", default=""))
        for name in ("registration_number", "phone", "confirmed_way")
    ]
