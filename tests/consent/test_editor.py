"""The editor: a draft is written language by language, looked at, and published for good."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ams.models import Individual
from consent import gate
from consent.console import drafts
from consent.coverage import NotCovered
from consent.decide import give
from consent.models import Purpose, State, Statement, Version
from consent.publish import draft
from consent.publish import publish as now_publish
from privacy.ledger.models import LedgerEntry
from tests.consent import asked
from tests.consent.desk import LIST, add, page, post
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db
WORDS = {
    "name": "Monthly letter",
    "title": "May we?",
    "text": "Once a *week*.",
    "yes": "Yes",
    "no": "No",
    "what": "",
    "who": "",
    "why": "",
    "how_long": "",
    "stops": "The letter",
    "stays": "",
    "again": "nobody",
    "reason": "Clearer words for the same letter.",
    "months": "",
    "valid_from": "",
}


@pytest.fixture
def as_cleo(client: Client, cleo: Individual) -> Client:
    client.force_login(cleo.account)
    return client


@pytest.fixture
def letter() -> Version:
    return asked.letter()


@pytest.fixture
def newer(letter: Version) -> Version:
    """The draft of version 2."""
    return drafts.begin(letter.statement)


READ = {f"read_{code}": "on" for code in asked.LANGUAGES}


def seen(client: Client, path: str) -> str:
    context: Any = client.get(f"{LIST}{path}").context
    return str(context["seen"])


def write(client: Client, version: Version, language: str = "en", status: int = 200, **fields: Any) -> str:
    path = f"{version.statement_id}/draft/{language}/"
    return post(client, path, {**WORDS, "seen": seen(client, path), **fields}, status=status)


def publish(client: Client, version: Version) -> str:
    path = f"{version.statement_id}/draft/publish/"
    return post(client, path, {"seen": seen(client, path), **READ})


def test_a_new_draft_is_a_copy_of_the_words_in_force(as_cleo: Client, letter: Version) -> None:
    post(as_cleo, f"{letter.statement_id}/draft/")
    post(as_cleo, f"{letter.statement_id}/draft/")

    copy = Version.objects.get(state=State.DRAFT)
    assert copy.number == 2
    assert {each.language: each.text for each in copy.wordings.all()} == {
        each.language: each.text for each in letter.wordings.all()
    }


def test_from_the_first_word_to_the_publishing(as_cleo: Client, cleo: Individual) -> None:
    add(as_cleo)
    statement = Statement.objects.get()
    version = statement.versions.get()

    editor = write(as_cleo, version, "en")
    assert "German is missing." in editor
    assert "French is missing." in editor
    assert 'type="button" disabled' in editor
    write(as_cleo, version, "fr")
    assert 'type="button" disabled' not in write(as_cleo, version, "de")

    assert "It can never be changed" in page(as_cleo, f"{statement.pk}/draft/publish/")
    assert "Version 1 is published." in publish(as_cleo, version)

    assert statement.current() == version
    entry = LedgerEntry.objects.get(kind="statement.published")
    assert (entry.actor_uid, entry.payload["version"]) == (cleo.pk, 1)
    assert page(as_cleo, f"{statement.pk}/change/").count("Version 1, in use") == 1


def test_publishing_is_refused_while_a_language_is_missing(as_cleo: Client, letter: Version) -> None:
    unfinished = draft(letter.statement, {"en": asked.words("Letter")["en"]})

    answer = post(
        as_cleo, f"{letter.statement_id}/draft/publish/", {"seen": drafts.draft_as_seen(unfinished)}
    )

    assert "German is missing." in answer
    assert Version.objects.get(pk=unfinished.pk).state == State.DRAFT


def test_what_is_still_to_be_written_is_named(as_cleo: Client, newer: Version) -> None:
    answer = write(as_cleo, newer, "de", title="", no="")
    assert "German: still to be written: Question and Words for no." in answer


def test_words_that_cannot_be_shown_are_said_beside_the_field(as_cleo: Client, newer: Version) -> None:
    answer = write(as_cleo, newer, text="# Big\n\n<b>x</b>", who="a\u202eb", title="x" * 201)

    for error in ("Leave out headings", "Leave out HTML", "nobody can see", "at most 200"):
        assert answer.count(error) == 2, error
    assert "# Big" in answer, "what was typed is still there"
    assert newer.wordings.get(language="en").text == "Monthly letter, in full, in en."


def test_the_preview_marks_what_is_new_in_the_language_of_the_words(as_cleo: Client, newer: Version) -> None:
    answer = write(as_cleo, newer, "de", text="Monthly letter, *ganz*, in de.", how_long="Immer")

    assert "Underlined words are new since version 1." in answer
    assert "<em><ins>ganz</ins></em>" in answer
    assert "<del>" not in answer
    assert '<div class="stack" lang="de">' in answer
    assert '<fieldset class="choice" id="preview-asked">' in answer
    assert '<article class="choice" id="preview-card"' in answer
    assert "Wie lange" in answer, "the labels around the words are German too"


def test_a_language_that_stayed_as_it_was_is_pointed_out(as_cleo: Client, newer: Version) -> None:
    assert "As before" in write(as_cleo, newer, "en")
    confirm = page(as_cleo, f"{newer.statement_id}/draft/publish/")
    assert confirm.count("Its words are those of the version before") == 2


def test_who_is_asked_again_is_chosen_beside_their_number(
    as_cleo: Client,
    newer: Version,
    letter: Version,
    ann: Individual,
    ben: Individual,
) -> None:
    for person in (ann, ben):
        give(person, letter, **how(person))

    editor = page(as_cleo, f"{newer.statement_id}/draft/en/")
    assert "All 2 people who said yes. Until they answer, it is a no." in editor

    for again, flags in {"counts": (True, True), "rests": (True, False), "nobody": (False, False)}.items():
        write(as_cleo, newer, again=again, months="24")
        newer.refresh_from_db()
        assert (newer.ask_again, newer.old_counts) == flags
        assert newer.again_after_months == 24


def test_a_version_may_wait_for_its_day(as_cleo: Client, newer: Version, letter: Version) -> None:
    day = timezone.localdate() + timedelta(days=7)

    write(as_cleo, newer, valid_from=day.isoformat())
    for language in ("de", "fr"):
        write(as_cleo, newer, language, valid_from=day.isoformat())
    answer = publish(as_cleo, newer)

    assert newer.statement.current() == letter
    assert newer.statement.current(timezone.now() + timedelta(days=7)) == newer
    assert f"Version 2 from {day.day} " in answer
    assert "Version 2, waits for its day" in answer

    later = drafts.begin(newer.statement)
    assert "This one cannot count before it." in write(as_cleo, later)
    assert "This day is over" not in write(as_cleo, later, valid_from=(day + timedelta(days=1)).isoformat())


def test_a_day_that_is_over_is_refused(as_cleo: Client, newer: Version) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    assert write(as_cleo, newer, valid_from=yesterday.isoformat()).count("This day is over.") == 2


def test_of_two_who_write_at_once_the_second_is_told_and_nothing_is_lost(
    as_cleo: Client,
    newer: Version,
) -> None:
    path = f"{newer.statement_id}/draft/en/"
    at_first = seen(as_cleo, path)
    write(as_cleo, newer, text="Theirs, first.")

    answer = post(as_cleo, path, {**WORDS, "seen": at_first, "text": "Mine, second."}, status=409)

    assert "Somebody else has saved this page" in answer
    assert "<del>Theirs, first</del>" in answer
    assert "Mine, second." in answer
    assert newer.wordings.get(language="en").text == "Theirs, first."
    assert "The draft is saved." in write(as_cleo, newer, text="Mine, second.")


def test_two_languages_are_written_side_by_side(as_cleo: Client, newer: Version) -> None:
    path = f"{newer.statement_id}/draft/de/"
    german = seen(as_cleo, path)
    unchosen = {"again": "", "reason": ""}
    write(as_cleo, newer, "en", text="Other words.", **unchosen)
    values = {**WORDS, **unchosen, "seen": german, "text": "Andere Worte."}
    assert "The draft is saved." in post(as_cleo, path, values)


def test_words_typed_into_a_draft_that_is_gone_are_given_back(as_cleo: Client, newer: Version) -> None:
    path = f"{newer.statement_id}/draft/en/"
    at_first = seen(as_cleo, path)
    post(as_cleo, f"{newer.statement_id}/draft/discard/")

    answer = post(as_cleo, path, {**WORDS, "seen": at_first, "text": "Long work."}, status=409)

    assert "This draft is no longer there" in answer
    assert "Long work." in answer


def test_what_is_confirmed_is_what_is_published(as_cleo: Client, newer: Version) -> None:
    path = f"{newer.statement_id}/draft/publish/"
    write(as_cleo, newer)
    at_first = seen(as_cleo, path)
    write(as_cleo, newer, text="Changed after that look.")

    answer = post(as_cleo, path, {"seen": at_first, **READ})

    assert "The draft has changed meanwhile." in answer
    assert Version.objects.get(pk=newer.pk).state == State.DRAFT


def test_a_double_click_publishes_once(as_cleo: Client, newer: Version) -> None:
    path = f"{newer.statement_id}/draft/publish/"
    write(as_cleo, newer)
    once = {"seen": seen(as_cleo, path), **READ}
    post(as_cleo, path, once)
    post(as_cleo, path, once)
    assert LedgerEntry.objects.filter(kind="statement.published").count() == 1


def test_a_published_version_is_read_and_held_against_the_one_before(
    as_cleo: Client, letter: Version
) -> None:
    asked.newer(letter, "Letter, now with offers")

    second = page(as_cleo, f"{letter.statement_id}/versions/2/?language=de")
    assert "now with offers, in full, in de." in second
    assert "<ins>" in second
    assert "<del>" in second
    assert "New since version 1" in second
    assert "this is the first version" in page(as_cleo, f"{letter.statement_id}/versions/1/")
    assert 'name="text"' not in second
    for number in ("3", "9" * 12, "9" * 30):
        page(as_cleo, f"{letter.statement_id}/versions/{number}/", status=404)


def test_the_versions_say_how_many_said_yes_and_no_to_each(
    as_cleo: Client,
    letter: Version,
    ann: Individual,
    ben: Individual,
) -> None:
    give(ann, letter, **how(ann))
    second = asked.newer(letter)
    give(ben, second, **how(ben))

    statement = page(as_cleo, f"{letter.statement_id}/change/")

    assert statement.count("1 yes, 0 no.") == 2


def test_a_wider_use_is_published_only_where_everybody_is_asked(
    as_cleo: Client, letter: Version, ann: Individual
) -> None:
    """A yes to a letter is none to research (Art. 4(11))."""
    give(ann, letter, **how(ann))
    statement = letter.statement
    draft_of_more = draft(statement, asked.words("Letter, wider"))
    write(as_cleo, draft_of_more, again="nobody")
    assert "those who said yes are asked again" not in page(as_cleo, f"{statement.pk}/draft/en/")
    statement.purpose = Purpose.RESEARCH
    statement.save()
    for again in ("nobody", "counts"):
        write(as_cleo, draft_of_more, again=again)
        told = page(as_cleo, f"{statement.pk}/draft/en/")
        assert "those who said yes are asked again, and until they answer, it is a no." in told
        refused = post(
            as_cleo, f"{statement.pk}/draft/publish/", {"seen": drafts.draft_as_seen(draft_of_more)}
        )
        assert "those who said yes are asked again" in refused
        draft_of_more.refresh_from_db()
        assert not draft_of_more.is_published()
        with pytest.raises(NotCovered):
            now_publish(draft_of_more)
    write(as_cleo, draft_of_more, again="rests")
    assert "is published" in publish(as_cleo, draft_of_more)
    assert not gate.allows(ann.pk, letter.statement.slug)


def test_for_a_new_recipient_it_is_enough_to_ask(as_cleo: Client, letter: Version, ann: Individual) -> None:
    """Lists are for whom each person's own words name; to all else the earlier yes holds."""
    give(ann, letter, **how(ann))
    statement = letter.statement
    statement.recipients = ["Printer"]
    statement.save()
    wider = draft(statement, asked.words("Letter, wider"))
    write(as_cleo, wider, again="nobody")
    assert "A recipient, or a field of its list, is new" in page(as_cleo, f"{statement.pk}/draft/en/")
    with pytest.raises(NotCovered):
        now_publish(wider)
    write(as_cleo, wider, again="counts")
    assert "is published" in publish(as_cleo, wider)
    assert gate.allows(ann.pk, letter.statement.slug)


def test_fewer_recipients_need_nobody(as_cleo: Client, letter: Version) -> None:
    statement = letter.statement
    statement.recipients = ["Printer", "Post"]
    statement.save()
    now_publish(draft(statement, asked.words("Letter, wider"), ask_again=True))
    statement.recipients = ["Post"]
    statement.save()
    narrower = draft(statement, asked.words("Letter, narrower"), reason="The printer posts no more.")
    assert now_publish(narrower).recipients == ["Post"]


def test_facts_that_change_before_the_last_press_are_shown_first(as_cleo: Client, newer: Version) -> None:
    write(as_cleo, newer, again="rests")
    path = f"{newer.statement_id}/draft/publish/"
    read = seen(as_cleo, path)
    Statement.objects.filter(pk=newer.statement_id).update(purpose="research")
    answer = post(as_cleo, path, {"seen": read})
    assert "The draft has changed meanwhile." in answer
    assert str(Purpose.RESEARCH.label).capitalize() in answer
    newer.refresh_from_db()
    assert not newer.is_published()


def test_a_version_names_who_published_it(as_cleo: Client, newer: Version) -> None:
    write(as_cleo, newer)
    publish(as_cleo, newer)
    assert "Published by Cleo" in page(as_cleo, f"{newer.statement_id}/change/")


def test_a_draft_is_discarded_after_a_question(as_cleo: Client, newer: Version) -> None:
    path = f"{newer.statement_id}/draft/discard/"
    assert "What is in force stays as it is." in page(as_cleo, path)
    assert Version.objects.filter(pk=newer.pk).exists()

    post(as_cleo, path)
    assert not Version.objects.filter(pk=newer.pk).exists()
    assert newer.statement.current() is not None


def test_a_statement_that_was_never_published_goes_with_its_draft(as_cleo: Client) -> None:
    add(as_cleo)
    post(as_cleo, f"{Statement.objects.get().pk}/draft/discard/")
    assert not Statement.objects.exists()


def test_what_has_ended_is_not_published(as_cleo: Client, newer: Version) -> None:
    Statement.objects.update(ended_at=timezone.now())
    assert "no longer asked" in write(as_cleo, newer)
    post(as_cleo, f"{newer.statement_id}/draft/publish/", {"seen": drafts.draft_as_seen(newer)})
    assert Version.objects.get(pk=newer.pk).state == State.DRAFT
