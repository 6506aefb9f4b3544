"""What the trail refuses."""

from jejak.kernel.problems import JejakError


class TrailError(JejakError):
    """The trail refuses this."""


class PurposeMissing(TrailError):
    """Say in a few words what you need this for; whoever is looked at can read it."""

    code = "purpose-missing"


class ActorMissing(TrailError):
    """Nobody is named as the one who looks; a look at another person's data needs a named account."""

    code = "actor-missing"
    status = 403


class WordsMissing(TrailError):
    """Write in a few words what you want to know."""

    code = "words-missing"
    status = 422


class QuestionOver(TrailError):
    """There is no such question waiting for an answer."""

    code = "question-unknown"
    status = 404


class SampleUnknown(TrailError):
    """There is no such sample, or it is another auditor's to decide."""

    code = "sample-unknown"
    status = 404


class SeedWaits(TrailError):
    """The ledger has not signed the commitment yet; that takes a minute."""

    code = "seed-waits"
    status = 409


class DayNotCome(TrailError):
    """By the database's clock that day has not come; retention never acts ahead of time. Set this machine's clock."""

    code = "day-not-come"
    status = 409
