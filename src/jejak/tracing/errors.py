"""What a search for contacts may be refused for."""

from jejak.kernel.problems import JejakError


class TracingError(JejakError):
    """The search was refused."""

    code = "tracing"


class PurposeTooLong(TracingError):
    """A purpose may have at most 500 characters."""

    code = "purpose-too-long"


class WindowTurnedRound(TracingError):
    """The window must end after it starts; change one of the two."""

    code = "window-turned-round"


class WindowTooLong(TracingError):
    """One search covers at most 31 days; choose a shorter window."""

    code = "window-too-long"


class WindowOutOfReach(TracingError):
    """The window must lie between the years 2000 and 2100."""

    code = "window-out-of-reach"


class WindowPast(TracingError):
    """Visits of that time are deleted; choose a later start."""

    code = "window-past"


class MinutesOutOfRange(TracingError):
    """The least time together must lie between 1 minute and 12 hours."""

    code = "minutes-out-of-range"


class SearchUnknown(TracingError):
    """There is no such search; open it from the list of your own, or ask again."""

    code = "search-unknown"
    status = 404


class NumberCrowded(TracingError):
    """More than 50 people wrote this number, so it names nobody; search by the premises instead."""

    code = "number-crowded"
    status = 409


class FileTooLarge(TracingError):
    """One file may hold 5,000 people; choose a shorter window or more minutes."""

    code = "file-too-large"


class ReleaseTooLarge(TracingError):
    """One officer sees the names of 300 people in a search; ask a second officer for more, on the search's page."""

    code = "release-too-large"
    status = 409


class CaseUnknown(TracingError):
    """There is no such case among those of your office or assigned to you."""

    code = "case-unknown"
    status = 404


class CaseOver(TracingError):
    """The case is closed; reopen it first."""

    code = "case-closed"
    status = 409


class CaseChanged(TracingError):
    """A colleague changed this case a moment ago; look at it again before you change it."""

    code = "case-changed"
    status = 409


class CaseInvalid(TracingError):
    """What was reported cannot be a case.

    ``field`` names what is wrong, ``problem`` how: missing, unknown, future, past, evidence, too-long, invalid.
    """

    code = "case-invalid"
    status = 422

    def __init__(self, field: str, problem: str) -> None:
        """Say which field, and why."""
        super().__init__(f"{field}: {problem}", field=field, problem=problem)
        self.field = field
        self.problem = problem


class ReportUnknown(TracingError):
    """There is no such report among those of your office."""

    code = "report-unknown"
    status = 404


class ProfileInvalid(TracingError):
    """A profile of a disease cannot say this; ``field`` names what is wrong."""

    code = "profile-invalid"
    status = 422

    def __init__(self, field: str) -> None:
        """Say which field."""
        super().__init__(field, field=field)
        self.field = field


class ProfileChanged(TracingError):
    """Somebody made a newer version meanwhile; look at it before you change it again."""

    code = "profile-changed"
    status = 409


class StayUnknown(TracingError):
    """There is no such stay or contact in this case."""

    code = "stay-unknown"
    status = 404


class RunUnknown(TracingError):
    """There is no such run; open it from the list of your office's."""

    code = "run-unknown"
    status = 404


class RunImpossible(TracingError):
    """A run goes over one to 1,000 open cases of one disease that your office handles; choose them anew."""

    code = "run-impossible"


class ContactUnknown(TracingError):
    """There is no such contact; open it from your office's list."""

    code = "contact-unknown"
    status = 404


class ContactHeld(TracingError):
    """A colleague is working on this contact now; take another, or come back in ten minutes."""

    code = "contact-held"
    status = 409


class ContactChanged(TracingError):
    """This contact was changed meanwhile; look at it again before you change it."""

    code = "contact-changed"
    status = 409


class FollowUpRefused(TracingError):
    """A follow-up cannot be changed like this; ``field`` names what is wrong: a day, a reason, a fact or a state."""

    code = "follow-up-refused"
    status = 422

    def __init__(self, field: str) -> None:
        """Say which field."""
        super().__init__(field, field=field)
        self.field = field


class TableRefused(TracingError):
    """A table of quarantine cannot say this; ``field`` names what is wrong, and its last row must hold for all."""

    code = "quarantine-table-refused"
    status = 422

    def __init__(self, field: str) -> None:
        """Say which field."""
        super().__init__(field, field=field)
        self.field = field


class NoticesUnknown(TracingError):
    """There are no such notices among those of your office; open them from the list."""

    code = "notices-unknown"
    status = 404


class NoticesChanged(TracingError):
    """The contacts chosen, or how they are reached, changed meanwhile; look at them again before you send."""

    code = "notices-changed"
    status = 409


class NoticesNobody(TracingError):
    """Of the contacts chosen nobody is left to tell; see why beside each."""

    code = "notices-nobody"
    status = 409


class WithdrawalLarge(TracingError):
    """So many people would be told at once that a senior officer must withdraw them; stop the batch meanwhile."""

    code = "withdrawal-large"
    status = 403


class NoticesOver(TracingError):
    """These notices are all sent, or were stopped before; nothing was changed."""

    code = "notices-over"
    status = 409


class NoticeUnknown(TracingError):
    """There is no such notice."""

    code = "notice-unknown"
    status = 404


class NoticeOver(TracingError):
    """The notice has ended or was withdrawn, so nothing of it can be opened or said any more."""

    code = "notice-over"
    status = 409


class DisputeInvalid(TracingError):
    """This cannot be said of a stay; ``problem`` is one of stay, says, times, open, corrected, often."""

    code = "dispute-invalid"
    status = 422

    def __init__(self, problem: str) -> None:
        """Say what is wrong."""
        super().__init__(problem, problem=problem)
        self.problem = problem


class DisputeUnknown(TracingError):
    """There is no such dispute of a contact of your office."""

    code = "dispute-unknown"
    status = 404


class DisputeOwn(TracingError):
    """You entered this yourself, so a colleague decides it."""

    code = "dispute-own"
    status = 403


class DisputeDecided(TracingError):
    """A colleague decided this meanwhile."""

    code = "dispute-decided"
    status = 409
