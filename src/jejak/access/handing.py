"""The one way in which a file of other people's data leaves: as an attachment, with its digest, kept by no cache."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from django.http import HttpResponse

if TYPE_CHECKING:
    from jejak.access.manifests import ExportFile


def handed(file: ExportFile) -> HttpResponse:
    """Return a file as an answer, with its digest for whoever checks it on the way. Source: RFC 9530."""
    answer = HttpResponse(file.content, content_type=file.content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer.headers["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(file.digest)).decode()}:"
    answer.headers["Cache-Control"] = "no-store"
    return answer
