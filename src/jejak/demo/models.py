"""How far the filling of the demo has come; written in the same transactions as the rows it counts."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Filling(models.Model):
    """The one demo of this database.

    ``until`` is the moment its fortnight ends; the firsts are the numbers its rows begin with; ``people_done`` and
    ``days_done`` say where a filling that was cut off goes on.
    """

    scale = models.TextField()
    seed = models.IntegerField()
    until = models.DateTimeField()
    first_premises = models.BigIntegerField()
    first_zone = models.BigIntegerField()
    first_person = models.BigIntegerField()
    people_done = models.IntegerField(default=0)
    days_done = models.IntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """There is one at most."""

        db_table = "demo_filling"
        constraints: ClassVar = [
            models.CheckConstraint(name="demo_filling_only_one", condition=Q(id=1)),
            models.CheckConstraint(name="demo_filling_counts", condition=Q(people_done__gte=0) & Q(days_done__gte=0)),
        ]

    def __str__(self) -> str:
        """Return the scale and the seed."""
        return f"{self.scale} from seed {self.seed}"
