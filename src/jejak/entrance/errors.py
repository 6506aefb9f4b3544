"""What the entrance room refuses."""

from jejak.kernel.problems import JejakError


class EntranceError(JejakError):
    """The door refused this."""

    code = "entrance-refused"


class TabletUnknown(EntranceError):
    """This tablet is not paired with a premises, or was taken off; pair it with a new code."""

    code = "tablet-unknown"
    status = 403


class PairingRefused(EntranceError):
    """No tablet waits for this code: it is mistyped, used, or older than fifteen minutes."""

    code = "pairing-refused"
    status = 422


class TooManyAttempts(EntranceError):
    """Too many codes were tried from this address; wait a minute."""

    code = "too-many-attempts"
    status = 429


class DoorUnknown(EntranceError):
    """There is no such tablet or member of staff at this premises."""

    code = "door-unknown"
    status = 404


class PinWrong(EntranceError):
    """The PIN is not this member's; after five wrong ones it is locked for fifteen minutes."""

    code = "pin-wrong"


class PinLocked(EntranceError):
    """Five wrong PINs were typed; this member can work again in fifteen minutes, or with a new PIN from the owner."""

    code = "pin-locked"
    status = 429


class PinTooSimple(EntranceError):
    """A PIN has six digits that cannot be guessed: none like 111111, 123456 or 121212."""

    code = "pin-too-simple"


class NameGeneric(EntranceError):
    """Name a person: the record of who wrote a visitor in must not say “staff”."""

    code = "name-generic"


class NameTaken(EntranceError):
    """Somebody of this name works at this door already; add the father's name or an initial."""

    code = "name-taken"
    status = 409


class NameUnusable(EntranceError):
    """A name has 1 to 80 characters that can be printed."""

    code = "name-unusable"


class NobodyAtWork(EntranceError):
    """Nobody works at this tablet now; choose your name and type your PIN."""

    code = "nobody-at-work"
    status = 403


class MistakeTooLate(EntranceError):
    """A mistake is told within ten minutes, at the tablet that made the record; later an officer has to."""

    code = "mistake-too-late"
    status = 410


class TooManyTogether(EntranceError):
    """At most nine companions come with one visitor; write the others in after them."""

    code = "too-many-together"


class ConsentMissing(EntranceError):
    """The visitor has not agreed; without that nothing may be kept."""

    code = "consent-missing"


class DoorClosed(EntranceError):
    """The premises is closed and takes no check-ins."""

    code = "premises-closed"
    status = 410


class PosterElsewhere(EntranceError):
    """That poster is of another place; scan one that hangs here, or go on with a card or a name."""

    code = "poster-elsewhere"


class PosterEnded(EntranceError):
    """That poster was withdrawn or ran out; go on with a card or a name."""

    code = "poster-ended"


class MomentRefused(EntranceError):
    """The tablet's clock is wrong, or the check-in waited for more than 72 hours."""

    code = "clock-skew"
    status = 422


class NothingSent(EntranceError):
    """What the tablet sent cannot be read."""

    code = "malformed"
    status = 400


class CardOrderPast(EntranceError):
    """These cards were ordered more than a day ago; what was printed goes on working, and new ones can be ordered."""

    code = "card-order-past"
    status = 410


class TooManyCards(EntranceError):
    """Too many cards were ordered from this address within the hour; staff at the door can write a visitor in."""

    code = "too-many-cards"
    status = 429
