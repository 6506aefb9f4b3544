"""What load balancers ask: whether the process lives, and whether it can do its work."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from jejak.kernel.access import public


@public(reason="says only that the process lives")
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer that this process lives."""
    return JsonResponse({"status": "ok"})


@public(reason="says only whether the database answers")
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return JsonResponse({"status": "database unreachable"}, status=503)
    return JsonResponse({"status": "ok"})
