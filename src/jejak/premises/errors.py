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


class PosterRetired(PremisesError):
    """The poster was withdrawn already; nothing changed."""

    code = "poster-retired"
    status = 410


class PremisesClosed(PremisesError):
    """The premises is closed and takes no new posters; reopen it first."""

    code = "premises-closed"
    status = 409


class DetailsWrong(PremisesError):
    """A detail of the premises cannot be used.

    ``field`` names it: name, branch, kind, address, state, district, capacity or zone; ``problem`` is one of missing,
    too-long, characters, unknown, range.
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
