"""``python -m bench.officers DATA``: officers searching contacts, one after the other, until stopped."""

import random
import time
from datetime import timedelta
from itertools import count

from jejak.config import node
from jejak.config.processes import die_with_parent
from jejak.kernel import clock
from jejak.kernel.periods import Period

PAUSE = 0.5
"""Two searches a second; SELangkah reported 250 in all."""
OFFICERS = 20
"""In turn, so that each stays within what one person may look at."""


def main() -> None:
    """Search for the contacts of random visitors over a fortnight."""
    die_with_parent()
    node.django_ready()
    from bench import officerpage

    officers = [officerpage.officer(number) for number in range(OFFICERS)]
    for turn in count():
        by, now = officers[turn % OFFICERS], clock.now()
        person = random.randrange(1_000_000, 1_020_000)
        period = Period(now - timedelta(days=14), now + timedelta(hours=1))
        search = officerpage.searched(by=by, person=person, window=period)
        officerpage.contacts(search, by=by)
        time.sleep(PAUSE)


if __name__ == "__main__":
    main()
