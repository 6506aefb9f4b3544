"""How many cards were ordered from where within an hour, in buckets that no address can be read out of."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

BUCKETS = 65_536


class Allowance(models.Model):
    """What one bucket of network addresses has ordered since an hour began.

    A bucket is two bytes of an address's keyed hash: thousands of addresses fall into each, so nothing is kept about
    any of them, and the table has an end.
    """

    bucket = models.IntegerField(primary_key=True)
    since = models.DateTimeField()
    orders = models.IntegerField()

    class Meta:
        """Counted, in a bucket that there is."""

        db_table = "entrance_allowance"
        constraints: ClassVar = [
            models.CheckConstraint(name="allowance_bucket_exists", condition=Q(bucket__range=(0, BUCKETS - 1))),
            models.CheckConstraint(name="allowance_counts", condition=Q(orders__gte=1)),
        ]

    def __str__(self) -> str:
        """Return the count."""
        return f"{self.orders} orders"
