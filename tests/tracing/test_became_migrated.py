"""Lines of those who were cases before lines said so are marked when the database is brought up to date."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from tracing.contacts import contacts

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing.models import Contact

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db


def test_open_lines_of_open_cases_alone_are_marked(town: Town, office: Office) -> None:
    ill, well, none, closed = contacts(office, town, 4)
    day = local_day(clock.now())
    office.case(ill.person_id, onset=day)
    office.case(none.person_id, onset=day, classification="discarded")
    over = office.case(closed.person_id, onset=day)
    over.closed_at, over.closed_why = clock.now(), "followed-up"
    over.save()
    with connection.cursor() as cursor:
        cursor.execute(import_module("jejak.tracing.migrations.0021_became_case").MARK)
    marked = Contact.objects.filter(became_case=True)
    assert [(one.pk, one.work) for one in marked] == [(ill.pk, "done")]
    assert Contact.objects.get(pk=well.pk).work == "new"
