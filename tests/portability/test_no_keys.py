"""A letter that is kept may hold a link that opens a door. Where Ann's data is read or taken along, it opens none."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from ams.imports.inform import claim_url
from ams.models import Individual, SentMail
from consent import stop
from portability import render
from portability.collect import collect
from privacy.links import KEY, without_keys
from tests.consent import asked
from tests.portability.tools import text_of

pytestmark = pytest.mark.django_db

SECRETS = ("token", "key", "code", "secret", "signature")  # as anybody might call such a part of an address


def routes(resolver: Any = None, before: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for each in (resolver or get_resolver()).url_patterns:
        path = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each, path)
        elif isinstance(each, URLPattern):
            yield path, dict(each.pattern.converters)


def token_in(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


@pytest.fixture
def tokens(ann: Individual) -> list[str]:
    """Of two letters that are kept: one may be stopped, in the other an account may be claimed."""
    statement = asked.letter().statement
    way_out = ann.association.url(stop.stop_path(ann.pk, statement.pk))
    claim = str(claim_url(ann))
    for link in (way_out, claim):
        text = f"Dear Ann\n\nFollow <{link}> or {link}.\n"
        SentMail.objects.create(
            individual=ann,
            template="newsletters/mail/issue",
            language="en",
            recipient=ann.email,
            subject="May",
            text=text,
        )
    found = [token_in(way_out), token_in(claim)]
    behind: Any = stop.behind(found[0])
    assert behind.individual == ann  # so the token is good
    return found


def test_no_form_of_her_copy_and_no_page_has_a_working_link(ann: Individual, tokens: list[str]) -> None:
    package = collect(ann)
    pdf = render.as_pdf(package)
    packed = render.as_csv_zip(package, pdf=pdf, key=Ed25519PrivateKey.generate())
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        members = b"".join(archive.read(name) for name in archive.namelist()).decode(errors="ignore")
    member = Client()
    member.force_login(ann.account)
    pages = [member.get(reverse(name)).content.decode() for name in ("portability:take", "privacy:hold")]
    everything = "".join("".join([text_of(pdf), members, *pages]).split())
    stored = "".join(mail.text or "" for mail in SentMail.objects.filter(individual=ann))
    for token in tokens:
        assert token in stored  # the search would find it
        assert token not in everything
    assert everything.count("Follow") >= 2 * 4
    assert "/stop/…" in everything


def test_every_part_of_an_address_that_opens_a_door_has_the_name_by_which_it_is_left_out() -> None:
    found = list(routes())
    opening = [path for path, parts in found if KEY in parts]
    assert len(opening) > 8
    for path, parts in found:
        assert not {part for part in parts if part != KEY and any(word in part for word in SECRETS)}, path


def test_other_addresses_stay_as_they_are() -> None:
    for text in (
        "https://example.org/stop/now/",
        "See https://esc.example/privacy/ today",
        "http://[bad",
        "no link",
    ):
        assert without_keys(text) == text
