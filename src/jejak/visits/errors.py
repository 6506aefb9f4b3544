"""What can go wrong with the visit log, told to the operator."""

from jejak.kernel.problems import JejakError


class VisitError(JejakError):
    """The visit log refused this."""

    code = "visits"


class DifferentPremises(VisitError):
    """These two stays were at two places, so they cannot be compared."""

    code = "different-premises"
    status = 500


class TooManyDays(VisitError):
    """Far more days than usual would be dropped at once; check clock and settings, then repeat with force."""

    code = "too-many-days"
    status = 409


class LogBusy(VisitError):
    """Someone is reading the whole visit log, so its days cannot be changed now; try again in a minute."""

    code = "log-busy"
    status = 503


class UnreadableFile(VisitError):
    """This file cannot be read as visits; docs/howto/import-visits.md names the columns of CSV and Parquet."""

    code = "unreadable-file"


class VisitConflict(VisitError):
    """This id stands for another visit at these premises; a new check-in needs a new id."""

    code = "id-conflict"
    status = 409
