"""Every table that may hold personal data belongs to a class of retention, or says here why it has no time."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from django.apps import apps

from jejak.store import retention

WITHOUT_TIME: Final = {
    "access_user": "an account; ended when somebody leaves, and then the name under what they did",
    "access_rolegrant": "which account held which role when; explains the trail",
    "access_identity": "which subject of an agency's provider an account is; as long as the account",
    "access_recheck": "which accounts a restored backup brought back, until somebody confirmed them",
    "access_agency": "an employer, no person",
    "access_provider": "an agency's sign-in, no person",
    "account_*": "e-mail addresses of accounts; as long as the account",
    "mfa_*": "second factors of accounts; as long as the account",
    "socialaccount_*": "not used: the library's tables, empty",
    "auth_*": "not used: Django's groups, empty",
    "django_content_type": "names of models",
    "demo_filling": "how far a demo was filled",
    "entrance_allowance": "counts in buckets of addresses, an hour each; no address can be read out of it",
    "entrance_member": "people who work at a door, by the name their owner gave; ended by the owner",
    "entrance_tablet": "a tablet, no person",
    "insights_*": "public numbers",
    "ledger_place": "where a record stands in the log",
    "ledger_state": "how large the log is",
    "ledger_waiting": "records on their way into the log",
    "people_device": "which device a number was verified on; as long as the person's record",
    "people_document": "a document that was shown; as long as the person's record",
    "people_formername": "what a person was called before; as long as the person's record",
    "people_guardian": "who acts for whom; as long as the records of both",
    "people_holder": "which account opens whose record; as long as the person's record",
    "people_matched": "how far the search for doubles has come",
    "people_merge": "who is read as whom; as long as both records",
    "premises_alias": "codes of other systems, no person",
    "premises_import": "what a file was called and how many rows it had",
    "premises_poster": "a poster, no person",
    "premises_premises": "a register of premises, with their business's phone",
    "premises_proof": "how an owner proved a premises, by digests; as long as the premises",
    "premises_zone": "a part of a premises",
    "tracing_profile": "how long a disease is infectious, no person",
    "tracing_quarantine_table": "how long contacts stay apart, no person",
    "procrastinate_periodic_defers": "when jobs were due",
    "procrastinate_workers": "which workers run",
    "trail_day": "which days the ledger holds the root of",
    "visits_import": "what a file was called and how many rows it had",
    "visits_judged": "how far visits were judged",
}


def tables() -> set[str]:
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True)}


def test_every_table_belongs_to_a_class_or_says_why_it_has_no_time() -> None:
    timed = set().union(*(one.tables for one in retention.classes().values()))
    open_ones = {table for table in tables() - timed if not any(fnmatch(table, pattern) for pattern in WITHOUT_TIME)}
    assert sorted(open_ones) == []


def test_no_table_is_named_that_is_not_there_and_none_stands_in_both_lists() -> None:
    timed = set().union(*(one.tables for one in retention.classes().values()))
    assert sorted(timed - tables()) == []
    assert [pattern for pattern in WITHOUT_TIME if not any(fnmatch(table, pattern) for table in tables())] == []
    assert [pattern for pattern in WITHOUT_TIME if any(fnmatch(table, pattern) for table in timed)] == []


def test_every_class_says_what_it_holds_and_is_documented() -> None:
    said = (Path(__file__).parents[2] / "docs/reference/retention.md").read_text()
    for code, one in retention.classes().items():
        assert str(one.holds), code
        assert f"| `{code}` |" in said, code
        assert one.tables or code in {"backups", "exports", "logs"}, code
