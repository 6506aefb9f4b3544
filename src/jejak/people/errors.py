"""What can be wrong with what a person typed at a door."""

from jejak.kernel.problems import JejakError


class PersonRefused(JejakError):
    """What was typed does not name a person who could be reached."""

    code = "person-refused"


class PhoneMissing(PersonRefused):
    """A phone number is needed, so that health officers can reach the visitor."""

    code = "phone-missing"


class PhoneInvalid(PersonRefused):
    """This is no phone number; write it like 012-345 6789, or with + and the country's code."""

    code = "phone-invalid"


class NameMissing(PersonRefused):
    """A name is needed, because two people may share one phone."""

    code = "name-missing"


class NameTooLong(PersonRefused):
    """A name may have at most 100 characters."""

    code = "name-too-long"


class NameInvalid(PersonRefused):
    """A name needs at least one letter and may hold no control characters."""

    code = "name-invalid"


class ReachMissing(PhoneMissing):
    """Without a phone, write how to reach the visitor: an address, or the number of a relative."""

    code = "reach-missing"


class ReachTooLong(ReachMissing):
    """How to reach the visitor may take at most 200 characters."""

    code = "reach-too-long"


class ReachInvalid(ReachMissing):
    """How to reach the visitor needs letters or digits and may hold no control characters."""

    code = "reach-invalid"


class CardUnknown(JejakError):
    """This is no card of this node; write the visitor in by name instead."""

    code = "card-unknown"
    status = 404


class CardEnded(CardUnknown):
    """This card was reported lost and ended; write the visitor in by name instead."""

    code = "card-ended"
    status = 410


class IdentityRefused(JejakError):
    """What was said of who somebody is cannot be taken."""

    code = "identity-refused"


class DocumentInvalid(IdentityRefused):
    """This is no such document; look at it once more.

    ``field`` is kind, country or number.
    """

    code = "document-invalid"

    def __init__(self, field: str) -> None:
        """Name what is wrong."""
        super().__init__(field, field=field)
        self.field = field


class DocumentTaken(IdentityRefused):
    """This document stands for another person already; a colleague with the right to merge looks into it."""

    code = "document-taken"
    status = 409

    def __init__(self, other: int) -> None:
        """Keep who the other is for the review; the answer does not say it."""
        super().__init__()
        self.other = other


class UnknownPerson(IdentityRefused):
    """There is no such person."""

    code = "person-unknown"
    status = 404


class UnknownProposal(IdentityRefused):
    """There is no such open proposal; somebody may have decided it meanwhile."""

    code = "proposal-unknown"
    status = 404


class MergeRefused(IdentityRefused):
    """These two cannot be read as one.

    ``reason`` is document or birth (what they showed differs) or merged (they are read as one already).
    """

    code = "merge-refused"
    status = 409

    def __init__(self, reason: str) -> None:
        """Say which rule stands in the way."""
        super().__init__(reason, reason=reason)
        self.reason = reason


class KeysMissing(IdentityRefused):
    """That is too little to search by: give a document, or a name with a birth year or the phone's last four digits."""

    code = "keys-missing"


class TooManyFound(IdentityRefused):
    """More than 20 people have that name and year; search by another key too."""

    code = "too-many-found"
    status = 409


class GuardianRefused(IdentityRefused):
    """This person cannot act for that one.

    ``reason`` is document (nobody showed it here), same, dependants (acts for others), dependant (others act for them).
    """

    code = "guardian-refused"
    status = 409

    def __init__(self, reason: str) -> None:
        """Say which rule stands in the way."""
        super().__init__(reason, reason=reason)
        self.reason = reason


class ErasureHeld(IdentityRefused):
    """An open case holds this person, so name and number stay until it is closed; then ask again."""

    code = "erasure-held"
    status = 409


class BirthUnfit(IdentityRefused):
    """The birth date does not fit the number of the document; look at both once more."""

    code = "birth-unfit"
    status = 422


class LastGuardian(IdentityRefused):
    """Nobody else acts for this person; a counter can end it, with both there."""

    code = "guardian-last"
    status = 409


class OfferOver(IdentityRefused):
    """There is no such offer any more; ask for a new code."""

    code = "offer-unknown"
    status = 404


class TriesSpent(IdentityRefused):
    """Too many wrong codes were typed within an hour; wait an hour."""

    code = "tries-spent"
    status = 429


class CorrectionOver(IdentityRefused):
    """There is no such request waiting for a decision."""

    code = "correction-unknown"
    status = 404


class DocumentDiffers(IdentityRefused):
    """This is not the document that is on record for this person; compare once more."""

    code = "document-differs"
    status = 422


class NumberUnchanged(IdentityRefused):
    """That is the number on record already."""

    code = "number-unchanged"
    status = 422


class GuardsOthers(IdentityRefused):
    """This person acts alone for somebody; hand that over or end it at a counter first."""

    code = "erasure-guards"
    status = 409


class ErasureOver(IdentityRefused):
    """There is no erasure that waits for its day."""

    code = "erasure-unknown"
    status = 404
