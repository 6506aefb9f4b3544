"""What messaging refuses: each of these is a mistake of the room that asks, never of the recipient.

A budget that is used up is no error: `actions.queue` says so in its answer, because an error would roll back its count.
"""

from jejak.kernel.problems import JejakError


class MessagingError(JejakError):
    """The message cannot be written as asked."""


class TemplateUnknown(MessagingError):
    """There is no such text, or it is not made for this channel."""

    code = "message-template-unknown"


class SlotRefused(MessagingError):
    """A message holds only numbers, times, codes, and links and places of this node; text has no way in."""

    code = "message-slot-refused"


class RecipientInvalid(MessagingError):
    """This is no address that a message can go to."""

    code = "message-recipient-invalid"


class LanguageUnknown(MessagingError):
    """Messages are written in Malay (ms) and English (en)."""

    code = "message-language-unknown"


class ReportInvalid(MessagingError):
    """The delivery report names no message or no state that is known."""

    code = "message-report-invalid"
    status = 400


class IncomingInvalid(MessagingError):
    """The message that came in lacks its sender, its text or the gateway's own name for it."""

    code = "message-incoming-invalid"
    status = 400


class TextTooLong(MessagingError):
    """The text does not fit into two parts of an SMS."""

    code = "message-too-long"


class PastTimeRefused(MessagingError):
    """Nothing younger than a day is deleted; check the clock and the number of days."""

    code = "message-not-past-its-time"
