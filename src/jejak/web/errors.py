"""What the joining pages refuse."""

from jejak.kernel.problems import JejakError


class WebError(JejakError):
    """The page could not be shown."""


class LookingBusy(WebError):
    """Too many pictures are being looked at; send it again in a few seconds."""

    code = "looking-busy"
    status = 503


class NothingGiven(WebError):
    """Take a photo of the poster, or type its short code."""

    code = "nothing-given"
