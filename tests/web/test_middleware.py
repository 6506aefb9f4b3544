"""A room's refusal reaches people as a page and machines as a problem document."""

import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from jejak.kernel.problems import JejakError
from jejak.web.middleware import RefusalMiddleware


class Gone(JejakError):
    """There is no such thing."""

    code = "gone-thing"
    status = 404


class Clash(JejakError):
    """Somebody else was quicker."""

    code = "clash"
    status = 409


class Full(JejakError):
    """Too much at once."""

    code = "full"
    status = 503


def refuse(error: Exception, accept: str = "text/html") -> HttpResponse | None:
    middleware = RefusalMiddleware(lambda _request: HttpResponse())
    return middleware.process_exception(RequestFactory().get("/x", headers={"accept": accept}), error)


@pytest.mark.parametrize("error", [Gone("secret"), Clash("secret"), Full("secret")])
def test_people_get_a_page_with_the_status_and_without_the_detail(error: JejakError) -> None:
    answer = refuse(error)
    assert answer is not None
    assert answer.status_code == error.status
    assert "secret" not in answer.text
    assert (error.code in answer.text) == (error.status != 404)


def test_machines_get_a_problem_document() -> None:
    answer = refuse(Clash("row 7"), accept="application/json")
    assert answer is not None
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["code"] == "clash"
    assert json.loads(answer.content)["detail"] == "row 7"


def test_a_fault_stays_a_fault() -> None:
    assert refuse(ZeroDivisionError()) is None
