"""What the premises room refuses."""

from jejak.kernel.problems import JejakError


class PremisesError(JejakError):
    """The change to the premises was refused."""

    code = "premises-refused"


class UnknownPremises(PremisesError):
    """There is no such premises among those of this account."""

    code = "premises-unknown"
    status = 404


class UnknownPoster(PremisesError):
    """There is no such poster; compare the code with the one printed."""

    code = "poster-unknown"
    status = 404


class UnknownZone(PremisesError):
    """There is no such part of a premises among those of this account."""

    code = "zone-unknown"
    status = 404


class UnknownInvitation(PremisesError):
    """There is no such invitation for this account; it was withdrawn, accepted, or is past its time."""

    code = "invitation-unknown"
    status = 404


class InvitationRefused(PremisesError):
    """Nobody can be invited in this way.

    ``problem`` is one of has-tenant, closed, address or own-address.
    """

    code = "invitation-refused"
    status = 409

    def __init__(self, problem: str) -> None:
        """Say why."""
        super().__init__(problem, problem=problem)
        self.problem = problem


class UnknownProof(PremisesError):
    """There is no such open request for confirmation."""

    code = "proof-unknown"
    status = 404


class ProofRefused(PremisesError):
    """Confirmation cannot be asked for in this way now.

    ``problem`` is one of no-registration, no-phone, landline, confirmed, closed, or why no message is sent
    (`messaging.rules.REASONS`).
    """

    code = "proof-refused"
    status = 409

    def __init__(self, problem: str) -> None:
        """Say why."""
        super().__init__(problem, problem=problem)
        self.problem = problem


class UnknownImport(PremisesError):
    """There is no such file of premises among those of this account."""

    code = "import-unknown"
    status = 404


class PosterRetired(PremisesError):
    """The poster was withdrawn already; nothing changed."""

    code = "poster-retired"
    status = 410


class PremisesClosed(PremisesError):
    """The premises is closed and takes no new posters; reopen it first."""

    code = "premises-closed"
    status = 409


class ExpiryWrong(PremisesError):
    """A poster's last day must be today or later, and within ten years."""

    code = "poster-expiry"


class OldCodeTaken(PremisesError):
    """This code stands for another poster already; if it hangs at these premises, confirm them and bring it again."""

    code = "old-code-taken"
    status = 409


class OldCodeUnlike(PremisesError):
    """The name in this code is another than the premises'; only a confirmed premises can take such a code over."""

    code = "old-code-unlike"
    status = 409


class OldCodeIsOurs(PremisesError):
    """This is a poster of Jejak itself; it needs no import."""

    code = "old-code-ours"
    status = 409


class DetailsWrong(PremisesError):
    """A detail of the premises cannot be used.

    ``field`` names it: name, branch, kind, address, state, district, capacity, registration_number, phone, zone or
    stay; ``problem`` is one of missing, too-long, characters, unknown, range, taken, phone, or one of
    `registration.read`.
    """

    code = "premises-details"

    def __init__(self, field: str, problem: str) -> None:
        """Name the field and what is wrong with it."""
        super().__init__(f"{field}: {problem}", field=field, problem=problem)
        self.field = field
        self.problem = problem


class OpeningHoursWrong(PremisesError):
    """Opening hours cannot be used.

    ``problem`` is one of form, day, time, empty, order, overlap, too-many, never; ``day`` is the code of the day at
    fault, or empty.
    """

    code = "opening-hours"

    def __init__(self, problem: str, *, day: str = "") -> None:
        """Say which rule the hours break, and on which day."""
        super().__init__(f"{problem} on {day}" if day else problem)
        self.problem = problem
        self.day = day
