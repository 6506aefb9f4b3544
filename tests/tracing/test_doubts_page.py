"""How near contacts were, how visits came and what speaks against them: words, filters, files, the terminal."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from click.testing import CliRunner
from django.urls import reverse
from tracing.desk import shown

from jejak.tracing.marks import MARKS, TIERS, marks_of
from jejak.tracing.rules import REMEMBERED
from jejak.visits import rules
from jejak.visits.models import Dispute
from jejak.visits.rules import Tier

pytestmark = pytest.mark.django_db


@pytest.fixture
def mall(case: Any) -> Any:
    """Aminah spends the evening in a mall: at the entrance, in the bookshop, in the food court."""
    case.place("Pusat Contoh")
    for zone in ("Kedai Buku", "Medan Selera", "Pawagam"):
        case.zone("Pusat Contoh", zone)
    case.visit("Aminah binti Ali", "Pusat Contoh", case.at(18), 120)
    case.visit("Aminah binti Ali", "Pusat Contoh", case.at(18, 10), 60, zone="Kedai Buku", observed=False)
    case.visit("Aminah binti Ali", "Pusat Contoh", case.at(18, 45), 60, zone="Medan Selera", observed=False)
    case.person("Siti binti Omar")
    case.person("Chong Wei")
    case.person("Devi a/p Raju")
    case.visit("Siti binti Omar", "Pusat Contoh", case.at(18, 15), 20, zone="Kedai Buku", flags=rules.WRITTEN_IN)
    case.visit("Chong Wei", "Pusat Contoh", case.at(18), 120, zone="Pawagam")
    case.visit("Devi a/p Raju", "Pusat Contoh", case.at(18), 100, flags=rules.BURST | rules.CLOSED_HOURS)
    return case


def search(client: Any, asked: dict[str, Any]) -> str:
    return str(client.post(reverse("tracing:start"), asked)["Location"])


def found(response: Any) -> list[tuple[str, str, int]]:
    rows = response.context["answer"].rows
    return [(row.who.name, TIERS[row.contact.tier].code, row.contact.near) for row in rows]


def test_contacts_in_the_same_shop_come_before_those_elsewhere_in_the_mall(
    officer_client: Any, mall: Any, asked: dict[str, Any]
) -> None:
    response = shown(officer_client, search(officer_client, asked))
    ranked = found(response)
    assert [one for one in ranked if one[0] in {"Siti binti Omar", "Devi a/p Raju", "Chong Wei"}] == [
        ("Siti binti Omar", "high", 20),
        ("Chong Wei", "medium", 0),  # where Aminah was after her half hour in the food court, nobody knows
        ("Devi a/p Raju", "medium", 0),
    ]
    assert [one[1] for one in ranked] == sorted((one[1] for one in ranked), key=["high", "medium", "low"].index)
    (evening,) = [stay for stay in response.context["answer"].stays if stay.place == "Pusat Contoh"]
    assert [time.zone for time in evening.zones] == ["Kedai Buku", "Medan Selera"]


def test_a_filter_of_nearness_and_one_of_doubts_stand_in_the_address(
    officer_client: Any, mall: Any, asked: dict[str, Any]
) -> None:
    address = search(officer_client, asked)
    near = shown(officer_client, address, {"tier": "1"})
    assert {tier for _, tier, _ in found(near)} == {"high"}
    assert near.context["answer"].matching == near.context["answer"].total - 2
    assert "tier=1" in near.content.decode()
    without = shown(officer_client, address, {"flags": "without"})
    assert "Devi a/p Raju" not in {name for name, _, _ in found(without)}
    only = shown(officer_client, address, {"flags": "only"})
    assert [name for name, _, _ in found(only)] == ["Devi a/p Raju"]
    staff = shown(officer_client, address, {"flags": "only-written-in"})
    assert [name for name, _, _ in found(staff)] == ["Siti binti Omar"]
    others = shown(officer_client, address, {"flags": "without-written-in"})
    assert len(found(others)) == others.context["answer"].total - 1
    assert shown(officer_client, address, {"flags": "only-nonsense"}).context["view"].flags == ""
    page = shown(officer_client, address).content.decode()
    assert 'name="flags"' in page
    assert 'value="only-burst"' in page
    assert 'value="without-sms"' not in page
    assert 'name="tier"' in page


def test_a_filter_says_how_many_of_how_many_it_shows(officer_client: Any, mall: Any, asked: dict[str, Any]) -> None:
    address = search(officer_client, asked)
    everybody = shown(officer_client, address)
    total = everybody.context["answer"].total
    assert "Tapisan menunjukkan" not in everybody.content.decode()
    only = shown(officer_client, address, {"flags": "only"}).content.decode()
    assert f"Tapisan menunjukkan <b>1 daripada {total} orang</b>." in only
    assert "sekurang-kurangnya satu daripada tanda ini: dibantah, " in only


def test_what_is_sent_by_a_form_comes_back_in_the_address(
    officer_client: Any, mall: Any, asked: dict[str, Any]
) -> None:
    address = search(officer_client, asked)
    sent = officer_client.post(address, {"tier": "2", "flags": "without", "text": ""})
    assert "tier=2" in sent["Location"]
    assert "flags=without" in sent["Location"]


def test_a_search_without_zones_or_doubts_shows_none_of_it(
    officer_client: Any, case: Any, asked: dict[str, Any]
) -> None:
    page = shown(officer_client, search(officer_client, asked)).content.decode()
    for word in ('name="flags"', 'name="tier"', "meanings", 'class="tier"'):
        assert word not in page


def test_flags_are_words_with_their_meaning(officer_client: Any, mall: Any, asked: dict[str, Any]) -> None:
    page = shown(officer_client, search(officer_client, asked), headers={"accept-language": "en"}).content.decode()
    for bit in (rules.BURST, rules.CLOSED_HOURS, rules.WRITTEN_IN):
        (mark,) = marks_of(bit)
        assert str(mark.word) in page
        assert str(mark.meaning) in page


def test_every_flag_but_that_of_the_end_has_a_word() -> None:
    assert sum(mark.bit for mark in MARKS) == (rules.ALL_FLAGS & ~rules.OBSERVED) + REMEMBERED
    assert {mark.bit for mark in MARKS if mark.doubtful} == set(_bits(rules.DOUBTFUL))
    assert set(TIERS) == set(Tier)


def _bits(flags: int) -> list[int]:
    return [1 << place for place in range(12) if flags & 1 << place]


def test_what_the_visitor_says_stands_beside_the_visit_and_changes_nothing(
    officer_client: Any, mall: Any, asked: dict[str, Any]
) -> None:
    start = mall.at(18, 20)
    visit = mall.visit("Siti binti Omar", "Pusat Contoh", start, 40, zone="Kedai Buku", flags=rules.DISPUTED)
    about = {"premises_id": mall.places["Pusat Contoh"], "checked_in": start, "visit_id": visit, "made_at": mall.at(30)}
    Dispute.objects.create(kind="times", left_at=mall.at(18, 30), **about)
    Dispute.objects.create(kind="not-me", **about)
    response = shown(officer_client, search(officer_client, asked))
    (row,) = [row for row in response.context["answer"].rows if row.who.name == "Siti binti Omar"]
    assert [said.kind for said in row.said] == ["times", "not-me"]
    assert row.contact.minutes == 45
    assert row.contact.observed
    lines = [line for line in response.context["contact_lines"] if line["name"] == "Siti binti Omar"]
    assert len(lines[0]["said"]) == 2


def test_the_visitors_of_a_premises_carry_their_marks_and_can_be_narrowed(
    officer_client: Any, mall: Any, asked: dict[str, Any]
) -> None:
    from jejak.premises.models import Premises

    uuid = Premises.objects.get(pk=mall.places["Pusat Contoh"]).uuid
    asked = {name: asked[name] for name in ("case", "start", "end", "purpose")} | {
        "text": "Pusat Contoh",
        "chosen": uuid,
    }
    address = officer_client.post(reverse("tracing:premises"), asked)["Location"]
    everybody = shown(officer_client, address).context["answer"]
    assert (everybody.stays, everybody.flags) == (4, rules.BURST | rules.CLOSED_HOURS | rules.WRITTEN_IN)
    believed = shown(officer_client, address, {"flags": "without"}).context["answer"]
    assert (believed.stays, believed.flags) == (3, everybody.flags)
    assert (believed.people, believed.total) == (3, 4)
    only = shown(officer_client, address, {"flags": "only"}).context["answer"]
    assert [row.who.name for row in only.rows] == ["Devi a/p Raju"]


def test_files_carry_nearness_and_remarks_and_leave_out_what_the_filter_does(
    officer_client: Any, mall: Any, asked: dict[str, Any]
) -> None:
    address = search(officer_client, asked)
    shown(officer_client, address)
    reference = address.strip("/").split("/")[-1].partition("?")[0]
    file = reverse("tracing:contacts-file", args=[reference])

    def rows(**more: str) -> dict[str, dict[str, str]]:
        content = officer_client.post(file, {"form": "csv", **more}, headers={"accept-language": "en"}).content
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=_delimiter(content)))
        heading = lines[0]
        return {line[1]: dict(zip(heading, line, strict=False)) for line in lines[1:] if len(line) > 1}

    whole = rows()
    columns = list(whole["Siti binti Omar"].values())
    assert columns[9:12] == [str(TIERS[Tier.HIGH].word), "20", str(marks_of(rules.WRITTEN_IN)[0].word)]
    assert "Devi a/p Raju" in whole
    assert "Devi a/p Raju" not in rows(flags="without")
    assert "Chong Wei" not in rows(tier="1")


def _delimiter(content: bytes) -> str:
    return ";" if content.count(b";") > content.count(b",") else ","


def test_the_terminal_tells_tier_zones_and_flags(
    mall: Any, officer: Any, demo_node: None, asked: dict[str, Any]
) -> None:
    from jejak.tracing.terminal import trace

    options = ["--phone", "012-345 6789", "--from", asked["start"], "--until", asked["end"], "--as", officer.email]
    run = CliRunner().invoke(trace, [asked["case"], *options, "--purpose", asked["purpose"], "--json"])
    assert run.exit_code == 0, run.output
    document = json.loads(run.stdout)
    by_name = {one["name"]: one for one in document["contacts"]}
    assert by_name["Devi a/p Raju"]["flags"] == ["closed-hours", "burst"]
    assert (by_name["Siti binti Omar"]["tier"], by_name["Siti binti Omar"]["near_minutes"]) == ("high", 20)
    assert [zone["name"] for stay in document["stays"] for zone in stay["zones"]] == ["Kedai Buku", "Medan Selera"]
