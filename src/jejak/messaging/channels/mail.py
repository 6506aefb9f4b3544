"""E-mail by SMTP, through Django's backend."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass, field
from typing import Final

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from jejak.messaging.channels.letter import Fate, Letter, Outcome

SECONDS: Final = 15
_PERMANENT: Final = 500


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server; ``security`` is ``tls``, ``starttls`` or ``none``."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: str
    sender: str
    seconds: float = SECONDS

    def send(self, letter: Letter) -> Outcome:
        """Send one mail; the key is its Message-ID, by which mailboxes drop a second copy."""
        backend = EmailBackend(
            host=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.security == "starttls",
            use_ssl=self.security == "tls",
            timeout=self.seconds,
        )
        mail = EmailMessage(
            letter.text.subject,
            letter.text.body,
            self.sender,
            [letter.recipient.text],
            headers={
                "Message-ID": f"<{letter.key}@{self.sender.rpartition('@')[2]}>",
                "Auto-Submitted": "auto-generated",
                "Date": letter.now.strftime("%a, %d %b %Y %H:%M:%S +0000"),
            },
        )
        try:
            backend.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            return _answered(max(code for code, _ in error.recipients.values()))
        except smtplib.SMTPAuthenticationError:  # the operator's mistake, which may be mended in time
            return Outcome(Fate.LATER, "sign-in-refused")
        except smtplib.SMTPResponseException as error:
            return _answered(error.smtp_code)
        except (OSError, smtplib.SMTPException):
            return Outcome(Fate.LATER, "no-answer")
        return Outcome(Fate.ACCEPTED)


def _answered(code: int) -> Outcome:
    return Outcome(Fate.NEVER, "rejected") if code >= _PERMANENT else Outcome(Fate.LATER, "not-now")
