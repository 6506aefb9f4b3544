"""The components: what they say to eyes, to screen readers and to the address bar."""

from typing import Any
from uuid import UUID

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils import translation

from jejak.ui import context, icons, navigation

SHOP = UUID("0184e2a0-0000-7000-8000-000000000001")


class Register(forms.Form):
    """A form with one field of each shape."""

    name = forms.CharField(label="Nama", help_text="Seperti pada papan tanda.")
    branch = forms.CharField(label="Cawangan", required=False)
    zones = forms.ChoiceField(label="Zon", choices=[("a", "Ada"), ("b", "Tiada")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="Setuju")


def show(source: str, path: str = "/", **values: Any) -> str:
    with translation.override("ms"):
        request = RequestFactory().get(path)
        return Template("{% load ui %}" + source).render(Context({"request": request, **values}))


def test_a_field_ties_its_label_help_and_error_together() -> None:
    html = show("{% field form.name %}", form=Register({"name": ""}))
    assert '<label for="id_name">' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_only_what_may_be_left_out_says_so() -> None:
    assert "tidak wajib" in show("{% field form.branch %}", form=Register())
    assert "tidak wajib" not in show("{% field form.name %}", form=Register())


def test_choices_stand_in_a_named_group() -> None:
    html = show("{% field form.zones %}", form=Register())
    assert "<fieldset" in html
    assert "<legend>Zon" in html


def test_the_summary_leads_to_each_wrong_field() -> None:
    html = show("{% form_errors form %}", form=Register({}))
    for name in ("name", "zones", "agree"):
        assert f'href="#id_{name}"' in html
    assert show("{% form_errors form %}", form=Register()).strip() == ""


def test_what_people_typed_is_escaped() -> None:
    html = show("{% tag text %}{% alert %}<p>{{ text }}</p>{% endalert %}{% stat text text %}", text="<script>")
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 4


@pytest.mark.parametrize(
    ("path", "leads_to", "state"),
    [
        ("/?minutes=15", "?minutes=15&amp;sort=minutes", "descending"),
        ("/?sort=minutes&page=3", "?sort=-minutes", "ascending"),
        ("/?sort=name", "?sort=minutes", "none"),
    ],
)
def test_a_sorted_column_turns_round_and_keeps_the_query(path: str, leads_to: str, state: str) -> None:
    html = show('{% sort_header "Minit" "minutes" first="-minutes" %}', path)
    assert f'href="{leads_to}"' in html
    assert f'aria-sort="{state}"' in html


def test_the_pager_keeps_the_query_and_says_where_one_is() -> None:
    page = Paginator(range(4000), 20).get_page(7)
    html = show("{% pager page %}", "/?minutes=15&page=7", page=page)
    assert "121–140 daripada 4,000" in html
    assert 'href="?minutes=15&amp;page=8" rel="next"' in html
    assert '<strong aria-current="page">7</strong>' in html


def test_one_page_needs_no_pager() -> None:
    assert show("{% pager page %}", page=Paginator([1], 20).get_page(1)).strip() == ""


def test_a_slider_says_its_value_in_words() -> None:
    html = show('{% slider "minutes" "Sekurang-kurangnya" 80 0 1440 step=5 as_time=True %}')
    assert ">1 j 20 min</output>" in html
    assert 'value="80"' in html
    assert 'max="1440"' in html


def test_a_bar_is_a_share_of_the_largest() -> None:
    assert 'class="fill" width="133.33"' in show("{% bar 1 3 %}")
    assert 'class="fill" width="0"' in show("{% bar 0 0 %}")


def test_every_icon_can_be_drawn_and_is_silent() -> None:
    for name in icons.STROKES:
        assert 'aria-hidden="true"' in icons.draw(name)


def test_the_header_shows_a_user_only_what_is_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_links", {})
    navigation.register(label="Utama", route="web:home", order=2)
    navigation.register(label="Rahsia", route="web:robots", shown=lambda user: user.is_authenticated, order=1)
    navigation.register(label="Hilang", route="nowhere:index")
    request = RequestFactory().get("/x")
    request.user = AnonymousUser()
    assert [link["label"] for link in context.page(request)["navigation"]] == ["Utama"]


def test_tabs_stand_in_their_order_with_this_page_marked_and_none_that_is_not_mounted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(navigation, "_tabs", {})
    navigation.register_tab(area="shop", label="Butiran", route="premises:detail", order=90)
    navigation.register_tab(area="shop", label="Hari <ini>", route="entrance:today", icon="chart", order=10)
    navigation.register_tab(area="shop", label="Hilang", route="nowhere:index")
    navigation.register_tab(area="other", label="Lain", route="premises:edit")
    address = reverse("entrance:today", args=[SHOP])
    with translation.override("ms"):
        request = RequestFactory().get(address)
        request.resolver_match = resolve(address)
        source = Template('{% load ui %}{% tabs "shop" uuid "Kedai ini" %}')
        html = source.render(Context({"request": request, "uuid": SHOP}))
    assert 'aria-label="Kedai ini"' in html
    assert f'<a href="{address}" aria-current="page">Hari &lt;ini&gt;</a>' in html
    assert html.count("aria-current") == 1
    assert html.index("Hari") < html.index("Butiran")
    assert "Hilang" not in html
    assert "Lain" not in html


def test_the_same_links_stand_in_a_row_and_say_of_what(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_tabs", {})
    assert show('{% ways "shop" uuid %}', uuid=SHOP).strip() == ""
    navigation.register_tab(area="shop", label="Hari ini", route="entrance:today", icon="chart")
    html = show('{% ways "shop" uuid of=name classes="small" %}', uuid=SHOP, name="Kedai & Anak")
    assert '<a class="small" href="' in html
    assert "<svg" in html
    assert '<span class="visually-hidden">: Kedai &amp; Anak</span></a>' in html
