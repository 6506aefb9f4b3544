"""Errors that speak to a person, and the problem documents they become.

Source: RFC 9457 (Problem Details for HTTP APIs).
"""

from typing import ClassVar

PROBLEM_JSON = "application/problem+json"


class JejakError(Exception):
    """Something was refused; the subclass says what and what to do."""

    code: ClassVar[str] = "refused"
    """The stable word of the API; outsiders match on it."""
    status: ClassVar[int] = 422
    """The HTTP status when the error reaches a door."""

    def __init__(self, detail: str = "", **extra: object) -> None:
        """Take what is particular to this occurrence; ``extra`` members join the problem document."""
        super().__init__(detail or self.title)
        self.detail = detail
        self.extra = extra

    @property
    def title(self) -> str:
        """The first paragraph of the class's docstring: the operator's sentence."""
        return " ".join((type(self).__doc__ or "").split("\n\n", 1)[0].split())


def problem_document(error: JejakError, *, instance: str | None = None) -> dict[str, object]:
    """Return the problem document of ``error``: type, title, status, code, and detail and instance where known."""
    document: dict[str, object] = {
        "type": f"urn:jejak:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
    }
    if error.detail:
        document["detail"] = error.detail
    if instance:
        document["instance"] = instance
    return document | error.extra
