"""Whether an exposure is disputed is what its disputes say; nobody read the column that said it as well."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tracing", "0016_notice_links")]

    operations = [migrations.RemoveField("exposure", "disputed_at")]
