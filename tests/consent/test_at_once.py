"""At the same moment: double clicks and two tabs of one person, and a hundred people."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from itertools import pairwise
from threading import Barrier, Event
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests
from django.conf import settings
from django.db import connection
from django.test import Client

from ams.models import Association, Individual
from consent import gate
from consent.decide import decline, give
from consent.models import Decision, Standing, Version
from consent.objection import SeenOtherwise, answer, object_now, waiting
from consent.publish import draft, publish
from privacy import ledger
from privacy.ledger.models import LedgerEntry
from privacy.requests.models import Request
from privacy.tenancy import speaking_for
from tests import factories
from tests.consent import asked
from tests.consent.test_decide import how
from tests.consent.test_objection import notice

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 16


@pytest.fixture
def letter(transactional_db: None, association: Association) -> Version:
    with speaking_for(association.pk):
        return asked.letter()


def at_once(acts: list[Callable[[], object]]) -> Iterator[object]:
    """Each on a connection of its own, all let go at the same moment."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with closing(connection):
            gate.wait(timeout=20)
            return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        yield from pool.map(run, acts)


def says(verb: Callable[..., Decision], association_id: UUID, person: Individual, version: Version) -> UUID:
    with speaking_for(association_id):
        return verb(person, version, **how(person)).pk


def test_eight_clicks_of_ann_are_one_decision(
    transactional_db: None, association: Association, ann: Individual, letter: Version
) -> None:
    told = set(at_once([partial(says, give, association.pk, ann, letter)] * 8))

    with speaking_for(association.pk):
        assert {decision.pk for decision in Decision.objects.all()} == told
        assert len(told) == LedgerEntry.objects.filter(kind="consent.given").count() == 1


def test_a_yes_and_a_no_of_ann_end_where_the_last_of_them_says(
    transactional_db: None, association: Association, ann: Individual, letter: Version
) -> None:
    list(at_once([partial(says, verb, association.pk, ann, letter) for verb in (give, decline) * 3]))

    with speaking_for(association.pk):
        assert Standing.objects.get().decision == Decision.objects.latest("at")
        acts = list(Decision.objects.order_by("at").values_list("act", flat=True))
        assert all(one != other for one, other in pairwise(acts))
    assert ledger.verify(association.pk) is None


def test_a_hundred_members_with_double_clicks_while_new_words_are_published(
    transactional_db: None, association: Association, letter: Version
) -> None:
    """Half of them have the old words before them. Each is kept once, for the words that the person saw."""
    with speaking_for(association.pk):
        people = [factories.make_individual() for _number in range(100)]
        newer = draft(letter.statement, asked.words("Letter, now with offers"), ask_again=True)
    saw = {person.pk: letter if number % 2 else newer for number, person in enumerate(people)}
    published = Event()

    def publish_it() -> None:
        with speaking_for(association.pk):
            publish(newer)
        published.set()

    def answer(person: Individual) -> UUID:
        if saw[person.pk] == newer:
            assert published.wait(timeout=60)  # nobody reads words before they are published
        with speaking_for(association.pk):
            version = Version.objects.select_related("statement").get(pk=saw[person.pk].pk)
        return says(give, association.pk, person, version)

    early, rest = people[1::2][:20], people[0::2] + people[1::2][20:]
    before, after = (
        [partial(answer, person) for person in group for _click in range(2)] for group in (early, rest)
    )
    told = list(in_a_crowd([*before, publish_it, *after]))

    with speaking_for(association.pk):
        kept = dict(Decision.objects.values_list("individual", "version"))
        assert kept == {uid: version.pk for uid, version in saw.items()}
        assert Decision.objects.count() == len(set(told) - {None}) == 100
        assert Standing.objects.count() == LedgerEntry.objects.filter(kind="consent.given").count() == 100
        assert set(gate.who_allows("letter")) == {uid for uid, version in saw.items() if version == newer}
        hashes = set(Decision.objects.values_list("version__hash", "text_hash"))
        assert len(hashes) == 2
    assert ledger.verify(association.pk) is None


def in_a_crowd(acts: list[Callable[[], object]]) -> Iterator[object]:
    """As many at a time as there are hands; each on a connection of its own."""

    def run(act: Callable[[], object]) -> object:
        with closing(connection):
            return act()

    with ThreadPoolExecutor(HANDS) as pool:
        yield from pool.map(run, acts)


def test_two_tabs_with_opposite_answers_of_many_people(
    transactional_db: None, association: Association, letter: Version
) -> None:
    with speaking_for(association.pk):
        people = [factories.make_individual() for _number in range(20)]
    acts = [
        partial(says, verb, association.pk, person, letter) for person in people for verb in (give, decline)
    ]

    list(in_a_crowd(acts))

    with speaking_for(association.pk):
        for person in people:
            acts_of = list(
                Decision.objects.filter(individual=person).order_by("at").values_list("act", flat=True)
            )
            assert acts_of in (["given", "withdrawn"], ["declined", "given"])
            standing = Standing.objects.get(individual=person)
            assert standing.decision == Decision.objects.filter(individual=person).latest("at")
            assert gate.allows(person.pk, "letter") is (acts_of[-1] == "given")
    assert ledger.verify(association.pk) is None


def test_an_objection_and_its_answer_at_the_same_moment_leave_nothing_half(
    transactional_db: None, association: Association, ann: Individual
) -> None:
    """Ann objects to two uses while staff refuse the first: each of them is either answered or waits for it."""
    with speaking_for(association.pk):
        first, second = notice(), notice("archive", 22)
        object_now(ann, first, **how(ann))
        seen = [each.decision_id for each in waiting(ann.pk)]
        request = Request.objects.get()

    def refuse() -> None:
        with speaking_for(association.pk), suppress(SeenOtherwise):
            answer(request, reason="grounds", refused=True, seen=seen, actor=uuid4())

    def object_to_the_second() -> None:
        with speaking_for(association.pk):
            object_now(ann, second, **how(ann))

    list(at_once([refuse, object_to_the_second]))

    with speaking_for(association.pk):
        assert not gate.allows(ann.pk, "archive")
        open_ones = Request.objects.filter(state="open")
        refused = Request.objects.filter(state="refused")
        assert open_ones.count() == 1
        assert gate.allows(ann.pk, "statistics") is refused.exists()
        assert set(waiting(ann.pk).values_list("statement__slug", flat=True)) == (
            {"archive"} if refused.exists() else {"statistics", "archive"}
        )
    assert ledger.verify(association.pk) is None


def test_members_over_http_answer_what_their_page_showed(
    live_server: Any, association: Association, letter: Version
) -> None:
    """Each has opened the page; new words are published; then all press at the same moment, and each twice."""
    with speaking_for(association.pk):
        people = [factories.make_individual() for _number in range(24)]
        for person in people:
            factories.make_account(person)
    pages = [opened(live_server.url, association, person) for person in people]
    with speaking_for(association.pk):
        newer = asked.newer(letter, ask_again=True)

    presses = [partial(press, *page) for page in pages for _click in range(2)]
    assert set(in_a_crowd(presses)) == {200}

    with speaking_for(association.pk):
        assert Decision.objects.count() == Standing.objects.count() == len(people)
        assert set(Decision.objects.values_list("version", "act", "channel")) == {(letter.pk, "given", "tab")}
        assert not gate.who_allows("letter").exists()  # they are asked again
    assert ledger.verify(association.pk) is None

    session, url, _fields = pages[0]
    page = session.get(url.replace("letter/", ""), timeout=30).text
    assert f'name="version" value="{newer.pk}"' in page


Page = tuple[requests.Session, str, dict[str, str]]


def opened(origin: str, association: Association, person: Individual) -> Page:
    """My choices in a browser of the person's own: the form's address and what it will send."""
    client = Client(HTTP_HOST=origin.removeprefix("http://"))
    with speaking_for(association.pk):
        client.force_login(person.account)
    session = requests.Session()
    session.cookies.set(settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)
    page = session.get(f"{origin}/privacy/choices/", timeout=30).text
    form = re.search(r'action="(/privacy/choices/letter/)".*?</form>', page, re.DOTALL)
    assert form
    return (
        session,
        origin + form[1],
        dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0])),
    )


def press(session: requests.Session, url: str, fields: dict[str, str]) -> int:
    return session.post(url, fields, headers={"Referer": url}, timeout=60).status_code
