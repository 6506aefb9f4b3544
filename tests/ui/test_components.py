"""The components: what they say to eyes, to screen readers and to the address bar."""

from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from jejak.ui import context, icons, navigation


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
