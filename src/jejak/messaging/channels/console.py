"""The console twin of every channel: writes to a table, and on a demo node to the terminal, and sends nothing."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from jejak.kernel.sealing import sealer
from jejak.messaging.channels.letter import Fate, Letter, Outcome
from jejak.messaging.models import Shown

TABLE = "messaging_shown"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Twin:
    """Stands in for a channel that is not set up; ``aloud`` also writes recipient and text to the terminal."""

    aloud: bool

    def send(self, letter: Letter) -> Outcome:
        """Keep what would have gone out, once per message."""
        seal = sealer().seal
        text = f"{letter.text.subject}\n\n{letter.text.body}" if letter.text.subject else letter.text.body
        Shown.objects.bulk_create(
            [
                Shown(
                    message=letter.key,
                    channel=letter.channel,
                    recipient_sealed=seal(table=TABLE, column="recipient", row=letter.key, text=letter.recipient.text),
                    text_sealed=seal(table=TABLE, column="text", row=letter.key, text=text),
                    at=letter.now,
                )
            ],
            ignore_conflicts=True,
        )
        if self.aloud:
            log.info("%s to %s: %s", letter.channel, letter.recipient.text, text)
        else:
            log.warning("%s: no gateway is set up; message %s went to the console twin", letter.channel, letter.key)
        return Outcome(Fate.ACCEPTED, reference=str(letter.key))
