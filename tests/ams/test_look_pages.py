"""The house's own pages: frame, colour, sign-in, errors, style guide."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from ams.models import Association, Individual
from privacy.day_field import DayField

pytestmark = pytest.mark.django_db

TEMPLATES = Path(django_settings.BASE_DIR) / "templates"


class Address(forms.Form):
    town = forms.CharField(help_text="Where the letters go.")
    answer = forms.ChoiceField(choices=[("y", "Yes"), ("n", "No")], widget=forms.RadioSelect)
    since = DayField(required=False)


def test_the_association_adds_one_colour_that_a_browser_keeps(
    client: Client, association: Association
) -> None:
    url = reverse("brand")
    first = client.get(f"{url}?{association.brand.lstrip('#')}")
    assert first.content.decode() == f":root {{ --brand: {association.brand}; }}\n"
    assert first["Content-Type"].startswith("text/css")
    assert "immutable" in first["Cache-Control"]
    assert "immutable" not in client.get(url)["Cache-Control"]
    assert client.get(url, headers={"if-none-match": first["ETag"]}).status_code == 304


def test_another_colour_has_another_address_and_tag(client: Client, association: Association) -> None:
    before = client.get(reverse("brand"))
    association.brand = "#8a2b5c"
    association.save()
    after = client.get(reverse("brand"), headers={"if-none-match": before["ETag"]})
    assert "#8a2b5c" in after.content.decode()
    assert f"{reverse('brand')}?8a2b5c" in client.get(reverse("login")).content.decode()


def test_the_little_picture_wears_the_mark(client: Client, association: Association) -> None:
    association.mark = "globe"
    association.save()
    answer = client.get(reverse("favicon"))
    assert answer["Content-Type"] == "image/svg+xml"
    assert association.brand in answer.content.decode()


def test_the_style_guide_is_for_builders(client: Client, association: Association, settings: Any) -> None:
    assert client.get(reverse("styleguide")).status_code == 404
    settings.DEBUG = True
    page = client.get(reverse("styleguide"))
    assert page.status_code == 200
    for block in (
        "tag",
        "banner",
        "panel",
        "choice",
        "timeline",
        "steps",
        "fate",
        "flow",
        "days",
        "chart",
        "stat",
        "empty",
    ):
        assert re.search(rf'class="{block}["s ]', page.content.decode()), block


def test_a_guest_sees_no_areas_and_a_member_sees_hers(
    client: Client, association: Association, ann: Individual
) -> None:
    guest = client.get(reverse("login")).content.decode()
    assert 'class="skip"' in guest
    assert 'class="strip"' not in guest
    client.force_login(ann.account)
    member = client.get("/nowhere").content.decode()
    assert "Ann Archer" in member
    assert 'class="tabs"' in member
    assert reverse("logout") in member


def test_the_footer_says_who_answers_and_offers_the_other_languages(
    client: Client, association: Association
) -> None:
    page = client.get(reverse("login")).content.decode()
    assert association.postal_address in page
    assert association.dpo_email in page
    answer = client.post(reverse("set_language"), {"language": "de", "next": reverse("login")}, follow=True)
    assert '<html lang="de">' in answer.content.decode()


def test_a_wrong_password_is_said_above_the_form_and_in_the_title(
    client: Client, association: Association, ann: Individual
) -> None:
    page = client.post(reverse("login"), {"email": "ann@example.org", "password": "wrong"}).content.decode()
    assert re.search(r"<title>\s*Error: ", page)
    assert "error-summary" in page
    assert "autofocus" in page


def test_a_lost_page_keeps_the_house(client: Client, association: Association) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert association.short_name in answer.content.decode()


@pytest.mark.parametrize("name", ["400", "500", "503", "csrf", "no_association"])
def test_pages_for_bad_moments_need_neither_association_nor_session(name: str) -> None:
    page = get_template(f"errors/{name}.html").render({})
    assert "<h1>" in page


def test_nobody_lives_at_an_unknown_host(client: Client, association: Association) -> None:
    answer = client.get("/", headers={"host": "unknown.localhost"})
    assert answer.status_code == 404
    assert association.legal_name not in answer.content.decode()


def test_a_field_tells_its_hint_and_error_to_a_screen_reader() -> None:
    form = Address({"town": "", "answer": "x", "since": "2026-11-24"})
    page = Template("{% error_summary form %}{% for field in form %}{% form_field field %}{% endfor %}")
    html = page.render(Context({"form": form}))
    assert 'aria-describedby="id_town_helptext id_town_error"' in html
    for told in ("id_town_helptext", "id_town_error", "id_answer_0"):
        assert f'id="{told}"' in html
    assert 'href="#id_answer_0"' in html
    assert "Two answers need another look" in html
    assert re.search(r'name="since_year" value="2026"', html)


def test_a_choice_asks_without_leaning() -> None:
    card = render_to_string(
        "blocks/choice.html", {"id": "c", "name": "c", "title": "May we write?", "yes": "Yes", "no": "No"}
    )
    assert "checked" not in card
    assert card.count('class="answer"') == 2


def test_a_switch_is_a_plain_form() -> None:
    request = RequestFactory().get("/")
    card = render_to_string(
        "blocks/choice.html", {"id": "c", "title": "Letters", "action": "/save/", "checked": True}, request
    )
    assert 'method="post"' in card
    assert "csrfmiddlewaretoken" in card
    assert 'role="switch" aria-checked="true"' in card


def test_an_association_cannot_write_into_a_page() -> None:
    evil = SimpleNamespace(mark='"><script>', brand="#fff}", short_name="<b>")
    shown = Template("{% mark a %}{{ a.brand|ink_of }}").render(Context({"a": evil}))
    assert "<script>" not in shown
    assert "}" not in shown


def test_no_page_brings_its_own_style_or_script() -> None:
    """The policy forbids both; mail and print know no policy."""
    inline = re.compile(r'<style|\sstyle="|\son\w+="|<script(?![^>]*\bsrc=)|javascript:')
    assert inline.search('<p style="x">')
    free = {"mail", "portability"}
    pages = [path for path in TEMPLATES.rglob("*.html") if not free & set(path.relative_to(TEMPLATES).parts)]
    assert len(pages) > 50
    assert [str(path) for path in pages if inline.search(path.read_text())] == []


def test_every_block_says_what_it_is_given() -> None:
    blocks = sorted((TEMPLATES / "blocks").glob("*.html"))
    assert [path.name for path in blocks if not re.search(r"{% comment %}|{#", path.read_text())] == []


def test_the_fonts_lie_beside_their_licence() -> None:
    css = Path(str(finders.find("house/house.css"))).read_text()
    for font in re.findall(r"url\((fonts/[^)]+)\)", css):
        assert finders.find(f"house/{font}")
    assert "SIL Open Font License" in Path(str(finders.find("house/fonts/LICENSE"))).read_text()
