"""What the lane refuses; each code also has words for a page, rendered by Django at start-up."""

from jejak.kernel.problems import JejakError


class LaneError(JejakError):
    """The check-in was refused."""


class NotFound(LaneError):
    """There is nothing at this address."""

    code = "not-found"
    status = 404


class MethodNotAllowed(LaneError):
    """This address does not answer that method."""

    code = "method-not-allowed"
    status = 405


class TooLarge(LaneError):
    """The request is larger than any check-in needs to be."""

    code = "too-large"
    status = 413


class WrongMediaType(LaneError):
    """Send application/json here."""

    code = "media-type"
    status = 415


class Malformed(LaneError):
    """The request cannot be read; nothing was stored."""

    code = "malformed"
    status = 400


class FieldInvalid(LaneError):
    """A field is missing or has a value that cannot be used."""

    code = "field-invalid"


class IdInvalid(LaneError):
    """The id must be a UUIDv7 in its usual spelling."""

    code = "id-invalid"


class ClockSkew(LaneError):
    """The id's time is more than 10 minutes off; correct the clock by the server's time and make a new id."""

    code = "clock-skew"


class TooLate(LaneError):
    """A check-in may wait offline for at most 72 hours."""

    code = "too-late"


class PosterUnknown(LaneError):
    """This is not a poster of this node; scan the poster again."""

    code = "poster-unknown"
    status = 404


class PosterRetired(LaneError):
    """The poster was withdrawn; scan the one now on the wall."""

    code = "poster-retired"
    status = 410
    what_to_do = "Scan the poster now on the wall, or ask the staff; a short code can be typed at /scan."


class PosterExpired(LaneError):
    """The poster's time is over; scan the one now on the wall."""

    code = "poster-expired"
    status = 410
    what_to_do = "Scan the poster now on the wall, or ask the staff; a short code can be typed at /scan."


class PremisesClosed(LaneError):
    """The premises no longer take check-ins."""

    code = "premises-closed"
    status = 410
    what_to_do = (
        "If people still come in here, ask the staff for their new poster and tell them that this one is closed."
    )


ENDED = (PosterRetired, PosterExpired, PremisesClosed)
"""What a poster that takes no check-ins any more is refused with; each names the place and what to do."""


class VisitorUnknown(LaneError):
    """The visitor token is not one of this node's; give name and phone again."""

    code = "visitor-unknown"


class ConsentMissing(LaneError):
    """Agree to the notice, or write your name on the list at the door."""

    code = "consent-missing"


class CompanionName(LaneError):
    """The name of somebody taken along cannot be used; write letters, at most 100 characters."""

    code = "companion-name"


class CompanionsTooMany(LaneError):
    """At most nine can be taken along; the others check in by themselves."""

    code = "companions-too-many"


class FormExpired(LaneError):
    """The page was open too long; what was typed is still there, send it once more."""

    code = "form-expired"


class CrossSite(LaneError):
    """The form was sent from another website."""

    code = "cross-site"
    status = 403


class IdConflict(LaneError):
    """This id already stands for another check-in here; make a new one."""

    code = "id-conflict"
    status = 409


class PartnerPoster(LaneError):
    """Posters of partner nodes are not accepted yet; leave the descriptor out for a poster of this node."""

    code = "descriptor-unsupported"


class BatchTooLong(LaneError):
    """There are more items than one batch may hold; nothing was stored, send it in parts."""

    code = "batch-too-long"


class TimesWrong(LaneError):
    """The times told for a visit cannot be: they are missing, out of order or in the future."""

    code = "times-wrong"

    def __init__(self, field: str, reason: str) -> None:
        """Name the field, came, left or form, and the words that say what to do."""
        super().__init__(reason, field=field)
        self.field = field
        self.reason = reason


class DisputesEnough(LaneError):
    """Much was said of this visit already; tell the health office the rest."""

    code = "disputes-enough"
    status = 429


class VisitUnknown(LaneError):
    """There is no such visit of this visitor."""

    code = "visit-unknown"
    status = 404


class ReceiptUnknown(LaneError):
    """This is not a receipt of this node."""

    code = "receipt-unknown"
    status = 404


class Busy(LaneError):
    """Too many people are checking in at this moment; nothing was stored, try again in a few seconds."""

    code = "busy"
    status = 503


class Unavailable(LaneError):
    """The check-in could not be confirmed; send it again in a few seconds, it will not count twice."""

    code = "unavailable"
    status = 503
