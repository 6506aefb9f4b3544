"""The published numbers, and what they are made from.

`Headline` is all that the public database role may read, so nothing is in it that must be hidden. `Day` and `Counted`
are the app's alone.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jejak.insights.rules import LEAST, METRICS


class Headline(models.Model):
    """One published number; ``state`` is empty for the whole node, ``value`` ``NULL`` where it is hidden."""

    metric = models.TextField()
    state = models.TextField(blank=True, default="")
    value = models.BigIntegerField(null=True)
    as_of = models.DateTimeField()

    class Meta:
        """Nothing below ten can be written here at all."""

        db_table = "insights_headline"
        constraints: ClassVar = [
            models.UniqueConstraint(name="headline_once", fields=["metric", "state"]),
            models.CheckConstraint(name="headline_metric_known", condition=Q(metric__in=list(METRICS))),
            models.CheckConstraint(name="headline_none_below_ten", condition=Q(value=None) | Q(value__gte=LEAST)),
        ]

    def __str__(self) -> str:
        """Return the number with its name."""
        return f"{self.metric} {self.state or 'whole'}: {self.value}"


class Day(models.Model):
    """The check-ins of one local day in one state; kept when the visits themselves are gone."""

    day = models.DateField()
    state = models.TextField()
    visits = models.BigIntegerField()

    class Meta:
        """A day is counted once per state."""

        db_table = "insights_day"
        constraints: ClassVar = [
            models.UniqueConstraint(name="insights_day_once", fields=["day", "state"]),
            models.CheckConstraint(name="insights_day_counts", condition=Q(visits__gte=0)),
        ]

    def __str__(self) -> str:
        """Return the day and the state."""
        return f"{self.day} {self.state}: {self.visits}"


class Counted(models.Model):
    """The number that the last edition was made from, before anything was hidden."""

    metric = models.TextField()
    state = models.TextField()
    value = models.BigIntegerField()

    class Meta:
        """One per number."""

        db_table = "insights_counted"
        constraints: ClassVar = [
            models.UniqueConstraint(name="insights_counted_once", fields=["metric", "state"]),
        ]

    def __str__(self) -> str:
        """Return the number with its name."""
        return f"{self.metric} {self.state}: {self.value}"
