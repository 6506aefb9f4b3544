"""``python -m bench.officers DATA``: officers searching contacts, one after the other, until stopped."""

import random
import time
from dataclasses import dataclass
from datetime import timedelta

from jejak.config import node
from jejak.config.processes import die_with_parent
from jejak.kernel import clock
from jejak.kernel.periods import Period

PAUSE = 0.5
"""Two searches a second; SELangkah reported 250 in all."""


@dataclass(frozen=True, slots=True)
class Officer:
    """Whoever searches."""

    id: int = 1
    name: str = "Pegawai Contoh"


def main() -> None:
    """Search for the contacts of random visitors over a fortnight."""
    die_with_parent()
    node.django_ready()
    from jejak.visits import queries

    while True:
        now = clock.now()
        person = random.randrange(1_000_000, 1_020_000)
        period = Period(now - timedelta(days=14), now + timedelta(hours=1))
        queries.contacts_of(persons=[person], period=period, minutes=15, by=Officer(), purpose="bench")
        time.sleep(PAUSE)


if __name__ == "__main__":
    main()
