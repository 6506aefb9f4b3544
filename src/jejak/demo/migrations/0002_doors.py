"""Say of the main entrances of malls filled in before that they are doors and no rooms."""

from django.db import migrations

DOORS = """
    update premises_zone z set kind = 'entrance'
    from demo_filling f
    where z.id >= f.first_zone and z.premises_id >= f.first_premises and z.name = 'Pintu Utama'
"""


class Migration(migrations.Migration):
    """One update; a database without the demo's filling has nothing to change."""

    dependencies = [("demo", "0001_filling"), ("premises", "0007_zone_kind")]

    operations = [migrations.RunSQL(DOORS, migrations.RunSQL.noop)]
