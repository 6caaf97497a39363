"""What is left of people who were erased: nothing, in any store, also not in what was copied before (E01-E09).

Two worlds run side by side, each with its own PostgreSQL, Valkey, web, worker and beat. In one the people are erased,
by command and through the flow, there several at once. In the other, the control, encryption and the rules for logs
are switched off and the same people stay: whatever is not found there would prove nothing by being absent here.

Claimed: for these values, in these encodings, decoders and stores, no occurrence; every sealed value of theirs in a
dump from before, lists with them in it too, opens with no key that the system still holds, nor does a copy of the
keyring from before; and nothing that was ever written can be asked whether they were members, or failed to sign in.

Not claimed: the spool of letters (mail that left is with its recipients; the file backend stands for the post), bytes
on remapped flash or in memory, what row counts and dates tell, a copy of a root. What staff redacted in the note of
somebody who stays is gone from the live database; in an older dump it opens as long as that other person's key lives.
Until midnight the broker's memory has the secret with which failed tries are counted; here it lies in its files too.
"""

import sys
from typing import Any

import pytest

from privacy.inventory import declarations
from privacy.vault.queryset import sealed_fields
from tests.no_trace import encodings
from tests.no_trace.both import both
from tests.no_trace.matrix import table
from tests.no_trace.needles import canary, forms_of
from tests.no_trace.scan import Scanner, by_mark

OF_THE_DATABASE = ("live dump, plain", "live dump, custom", "data directory", "data directory, vacuumed",
                   "dump before, plain", "dump before, custom")  # fmt: skip
WITH_ITS_HISTORY = ("pg_wal", "pg_wal, later", "WAL archive", "base backup before")
OF_THE_BROKER = ("broker", "broker, not rewritten", "broker before")
OF_FILES = ("files", "files before")
LOGS = {
    "application log": {"given_name", "family_name", "email"},
    "worker log": {"given_name", "email"},
    "PostgreSQL log": {"given_name", "family_name", "email"},
}
OTHERS = ("keyring copies", "temporary and other files")
STORES = [*OF_THE_DATABASE, *WITH_ITS_HISTORY, *OF_THE_BROKER, *OF_FILES, *LOGS, *OTHERS]
LISTS = ("ams.import.file", "ams.import.file without headings", "ams.import.file of what was refused",
         "ams.import.file of a trial")  # fmt: skip
FILES = ("ams.individual.photo", "ams.individual.thumbnail", "ams.document.file", "privacy.message.file",
         *LISTS)  # fmt: skip
GUARDIAN, MENTION = "consent.guardian.name of a child", "ams.staffnote.text about a child"
BEFORE = "ams.individual.email before"
# Not columns of a person that a plant could fill: the product writes them, and they are opened with the other values.
MADE_BY_THE_PRODUCT = {"portability.export.pdf", "portability.export.zip", "erasure.farewell.address",
                       "erasure.farewell.greeting"}  # fmt: skip
KEPT_BY_LAW = {
    "ams.invoice.addressee", "ams.invoice.address", "ams.invoice.description", "ams.invoice.amount",
    "ams.payment.amount", "ams.payment.payer",
}  # fmt: skip
NOT_A_ROW = {BEFORE, "ams.session.session_data", "ams.joindraft.answers", *LISTS, MENTION}
A_DAY = 24 * 60 * 60 + 1
Answer = dict[str, Any]


@pytest.fixture(scope="module", params=[3, pytest.param(20, marks=pytest.mark.soak)])
def worlds(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Answer, Answer]:
    return both(tmp_path_factory.mktemp("no-trace"), request.param)


@pytest.fixture
def gone(worlds: tuple[Answer, Answer]) -> Answer:
    return worlds[0]


@pytest.fixture
def control(worlds: tuple[Answer, Answer]) -> Answer:
    return worlds[1]


def places(answer: Answer, *, without: set[str] = frozenset()) -> set[str]:  # type: ignore[assignment]
    return {f"{name}/{place}" for name, own in answer["places"].items() for place in set(own) - without}


def unseen(control: Answer, store: str, wanted: set[str]) -> set[str]:
    return wanted - set(control["stores"][store]["places"])


# The instrument


def test_the_search_is_shown_as_a_table(
    gone: Answer, control: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        sys.stderr.write(f"\n{table(gone, control)}\n")
    assert set(gone["stores"]) == set(control["stores"]) == set(STORES)


def test_every_needle_is_found_in_random_surroundings(gone: Answer, control: Answer) -> None:
    assert gone["needles"] > 1000 * len(gone["places"])
    assert gone["blind spots"] == control["blind spots"] == []


def test_the_search_by_the_mark_alone_sees_as_much() -> None:
    """Where there is no hyperscan."""
    scanner = Scanner({"Ann": {"name": canary("é"), "phone": 10**12 + 12345}})
    scanner.find = by_mark(scanner.patterns)
    assert scanner.blind_spots() == []


def test_something_is_planted_in_every_sealed_column_of_a_person(gone: Answer) -> None:
    columns = {
        field.label
        for declaration in declarations.about_people()
        for field in sealed_fields(declaration.model)
    }
    assert len(columns) > 50
    for name, own in gone["places"].items():
        assert columns - MADE_BY_THE_PRODUCT <= set(own), name


@pytest.mark.parametrize("store", STORES)
def test_without_its_defences_a_store_shows_every_encoding(control: Answer, store: str) -> None:
    every = {name for value in encodings.VALUES.values() for name in forms_of(value)}
    assert len(every) == 80
    assert set(control["stores"][store]["encodings"]) == every


@pytest.mark.parametrize("store", OF_THE_DATABASE)
def test_without_encryption_the_database_shows_every_column(control: Answer, store: str) -> None:
    assert not unseen(control, store, places(control, without={BEFORE}))


@pytest.mark.parametrize("store", WITH_ITS_HISTORY)
def test_without_encryption_history_shows_what_was_corrected_too(control: Answer, store: str) -> None:
    assert not unseen(control, store, places(control))


@pytest.mark.parametrize("store", OF_FILES)
def test_without_encryption_files_show_what_is_in_them(control: Answer, store: str) -> None:
    """The pictures, the papers, the uploaded list; the copies that the worker made, as PDF and in a zip."""
    assert not unseen(control, store, {f"{name}/{place}" for name in control["places"] for place in FILES})
    assert set(control["stores"][store]["as"]) == {"pdf", "zip:"}
    seen = places(control) & set(control["stores"][store]["places"])
    assert len(seen) > 40 * len(control["places"])


@pytest.mark.parametrize("store", OF_THE_BROKER)
def test_a_careless_task_would_be_seen_in_the_broker(control: Answer, store: str) -> None:
    assert not unseen(control, store, places(control, without={"erasure.erasure.reason"}))


@pytest.mark.parametrize("store", LOGS)
def test_without_their_rules_logs_show_whom_an_error_met(control: Answer, store: str) -> None:
    wanted = {f"{name}/ams.individual.{field}" for name in control["places"] for field in LOGS[store]}
    assert not unseen(control, store, wanted)


def test_without_encryption_copies_of_the_keyring_show_keys(control: Answer) -> None:
    seen = [place for place in control["stores"]["keyring copies"]["places"] if place.startswith("keys/")]
    assert len(seen) == control["keys"] >= len(control["places"])


# The proof


@pytest.mark.parametrize("store", STORES)
def test_nothing_of_the_erased_is_in_a_store(gone: Answer, store: str) -> None:
    found = gone["stores"][store]
    assert not found["hits"], found["examples"]


def test_the_logs_were_searched_with_errors_in_them(gone: Answer, control: Answer) -> None:
    people = len(gone["places"])
    assert gone["errors"]["web"] >= 5 * people
    assert gone["errors"]["worker"] >= 2 * people
    assert gone["bytes"]["broker, not rewritten"] > 0


def test_before_the_erasure_everything_opened(gone: Answer) -> None:
    assert gone["opened before"]["victims"]["core"] > 50 * len(gone["places"])
    for before in gone["opened before"].values():
        assert before["core opened"] == before["core"]
        assert before["kept opened"] == before["kept"]
        assert before["core"] + before["kept"] > 0


def test_no_key_that_is_left_opens_anything_of_theirs_in_the_old_dump(gone: Answer) -> None:
    after = gone["opened after"]["victims"]
    assert after["keys"] > 3
    assert after["core"] == gone["opened before"]["victims"]["core"]
    assert after["core opened"] == 0


def test_no_key_that_is_left_opens_a_list_with_them_in_it(gone: Answer) -> None:
    """Copied before: one that waits, one without headings of which a row was refused, and one that was only tried."""
    before, after = gone["opened before"]["lists"], gone["opened after"]["lists"]
    assert (
        after["kept"] == before["kept"] >= 2 * 3 * len(gone["places"])
    )  # each key has a last day, within a week
    assert (after["kept opened"], after["core"]) == (0, 0)


def test_staff_had_downloaded_the_refused_rows(gone: Answer, control: Answer) -> None:
    for answer in (gone, control):
        assert answer["rows to correct"] == [*answer["places"], "bystander"]


def test_as_a_guardian_they_are_gone_and_the_child_is_whole(gone: Answer) -> None:
    before, after = gone["opened before"]["children"], gone["opened after"]["children"]
    assert after["core"] == before["core"]
    assert before["core opened"] - after["core opened"] == 2 * len(gone["places"])  # a name and an address
    for name in gone["places"]:
        child = gone["children"][f"child of {name}"]
        assert (child["found"], child["erased"]) == ([], 0)
    assert set(gone["children"]["child of bystander"]["found"]) == {GUARDIAN, MENTION, "ams.individual.email"}


def test_what_named_them_in_a_note_about_a_child_was_listed_and_redacted(gone: Answer) -> None:
    found = [model for model, _about in gone["mentions"]["found"]]
    assert found == ["ams.staffnote"] * len(gone["places"])
    assert gone["mentions"]["left"] == 0


def test_two_of_them_were_erased_at_the_same_time(gone: Answer) -> None:
    assert gone["overlapped"] == 2


def test_nothing_ever_written_tells_whether_they_were_members(gone: Answer) -> None:
    """Asked with each index key that is held: the one who stays is found."""
    files = gone["questions"]["members"]
    assert files.pop("bystander") > 1
    assert files == dict.fromkeys(gone["places"], 0)


def test_the_old_dump_does_not_tell_who_failed_to_sign_in(gone: Answer) -> None:
    """It would, with the secret of that day, which ends with it."""
    assert gone["signed in"] == [False, True]
    assert all(0 < seconds <= A_DAY for seconds in gone["secrets end in"])
    tries = gone["questions"]["tries"]
    assert tries["rows"] >= 3
    assert tries["with the secret of the day"] == 1
    assert tries["keys"] > 3
    assert tries["with what is held"] == 0


def test_what_the_law_keeps_opens_under_its_own_key(gone: Answer) -> None:
    after = gone["opened after"]["victims"]
    assert after["kept opened"] == after["kept"] == len(KEPT_BY_LAW) * len(gone["places"])
    for name in gone["places"]:
        assert set(gone["held"][name]["found"]) == KEPT_BY_LAW
        assert not gone["held"][name]["erased"]


def test_no_copy_of_the_keyring_opens_with_a_root_of_today(gone: Answer) -> None:
    copies = gone["copies of keyrings"]
    assert copies["copies"] == copies["with their root"] == 6
    assert copies["with today's root"] == 0


def test_whoever_stayed_is_whole(gone: Answer) -> None:
    assert set(gone["held"]["bystander"]["missing"]) == NOT_A_ROW
    assert gone["held"]["bystander"]["erased"] == 0
    old = gone["opened after"]["bystander"]
    assert old["core"] > 50
    assert (old["core opened"], old["kept opened"]) == (old["core"], old["kept"])


def test_an_old_cookie_leads_to_the_sign_in(gone: Answer) -> None:
    assert set(gone["pages"].values()) == {200, 404}
    assert gone["old cookie leads to"].endswith("/sign-in/")


def test_the_operator_was_told_what_went(gone: Answer) -> None:
    assert gone["command said"].rstrip().endswith("Completed.")
