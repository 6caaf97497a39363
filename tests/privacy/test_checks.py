"""What `manage.py check` refuses: each refusal is seen to fire, on a toy model, and seen to stop when it is mended."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.test.utils import isolate_apps

from ams.models import Individual, PostalAddress
from privacy import checks, rules
from privacy.declarations import (
    CONTAINER,
    NOBODY,
    SELF,
    TWO_PEOPLE,
    Basis,
    Category,
    Clear,
    Declaration,
    Delete,
    Keep,
    Match,
    Other,
    Personal,
    Replace,
    Secret,
    Until,
    because,
)
from privacy.inventory import declarations
from privacy.tenancy import OfAssociation
from privacy.vault.constraints import SealedUnique
from privacy.vault.fields import SealedEmailField, SealedJSONField, SealedTextField
from privacy.vault.files import SealedFileField
from privacy.vault.rows import SealedModel

PLAIN = because("It is a test.")
CLEAR = Personal(Clear(), plain=PLAIN)
Declare = Callable[..., list[str]]


class Toy(OfAssociation):
    """The person is there; whatever a test adds is the matter."""

    individual = models.ForeignKey(Individual, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class SealedToy(SealedModel):
    individual = models.ForeignKey(Individual, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


@pytest.fixture(autouse=True)
def toys() -> Iterator[None]:
    """Toy models live in a registry of their own and leave nothing behind."""
    with isolate_apps("ams"):
        yield


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Declare:
    """Declares a toy and says which checks refuse it."""

    def declared(model: type[models.Model], **words: Any) -> list[str]:
        given: dict[str, Any] = {
            "subject": "individual",
            "fields": {},
            "not_personal": (),
            "purpose": "A test",
            "retention": "A second",
        } | words
        declaration = Declaration(
            model=model,
            basis=Basis.CONTRACT,
            category=Category.NOTES,
            **given | {"not_personal": frozenset(given["not_personal"])},
        )
        monkeypatch.setitem(declarations.by_label, model._meta.label_lower, declaration)
        return ids(checks.about_declaration(declaration))

    return declared


def ids(found: Any) -> list[str]:
    messages = list(found)
    assert all(message.hint and message.msg and message.obj for message in messages)
    return [message.id for message in messages]


def test_e001_a_model_that_nobody_declared(declare: Declare) -> None:
    class Guest(Toy):
        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    found = list(checks.about_model(Guest))
    assert [message.id for message in found] == ["privacy.E001"]
    assert found[0].msg == "ams.Guest does not say what personal data it holds."
    assert found[0].hint == "Declare it in ams/personal_data/"
    declare(Guest)
    assert ids(checks.about_model(Guest)) == []


def test_e001_asks_tables_between_two_models_and_other_peoples_apps_too() -> None:
    labels = {model._meta.label for model in checks.models_to_declare()}
    assert {"auth.Group_permissions", "admin.LogEntry", "ams.Individual"} <= labels


def test_e001_names_ams_for_a_model_that_is_not_ours() -> None:
    assert checks.declare_it(Group) == "Declare it in ams/personal_data/"


def test_e001_names_a_file_or_a_folder_that_there_is() -> None:
    hints = {checks.declare_it(model) for model in checks.models_to_declare()}
    assert len(hints) > 1
    for hint in hints:
        assert (settings.BASE_DIR / hint.removeprefix("Declare it in ")).exists(), hint


def test_e002_a_column_in_neither_set(declare: Declare) -> None:
    class Note(Toy):
        text = models.CharField(max_length=9)

        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    assert declare(Note) == ["privacy.E002"]
    assert declare(Note, not_personal={"text"}) == []
    assert declare(Note, fields={"text": CLEAR}) == []


def test_e002_a_column_in_both_sets(declare: Declare) -> None:
    class Note(Toy):
        text = models.CharField(max_length=9)

        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    assert declare(Note, fields={"text": CLEAR}, not_personal={"text"}) == ["privacy.E002"]


def test_e002_a_key_that_is_a_word_does_not_go_without_saying(declare: Declare) -> None:
    class Card(Toy):
        number = models.CharField(max_length=9, primary_key=True)

        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    assert declare(Card) == ["privacy.E002"]


def test_e003_a_name_that_is_no_field(declare: Declare) -> None:
    class Note(Toy):
        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    assert declare(Note, fields={"phone": CLEAR}) == ["privacy.E003"]
    assert declare(Note, not_personal={"fax"}) == ["privacy.E003"]


@pytest.mark.parametrize(
    "subject", ["association", "nowhere", "individual__association", "individual__nowhere", "text"]
)
def test_e004_a_subject_that_leads_to_no_person(declare: Declare, subject: str) -> None:
    class Note(Toy):
        text = models.CharField(max_length=9)

        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    assert "privacy.E004" in declare(Note, subject=subject, not_personal={"text", "individual"})
    assert declare(Note, subject="individual", not_personal={"text"}) == []


def test_e004_self_is_for_the_person_alone(declare: Declare) -> None:
    class Note(Toy):
        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    assert declare(Note, subject=SELF, not_personal={"individual"}) == ["privacy.E004"]
    assert rules.end_of(declarations.by_label["ams.individual"]) is Individual


def test_e004_a_match_needs_two_fields(declare: Declare) -> None:
    class Letter(Toy):
        to = models.CharField(max_length=9)

        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    rest: dict[str, Any] = {"fields": {"to": CLEAR}, "not_personal": {"individual"}}
    assert declare(Letter, subject=Match("to"), **rest) == []
    assert declare(Letter, subject=Match("too"), **rest) == ["privacy.E004"]
    assert declare(Letter, subject=Match("to", on="mail"), **rest) == ["privacy.E004"]


def test_e005_a_kept_row_whose_value_has_no_fate(declare: Declare) -> None:
    class Note(Toy):
        text = models.CharField(max_length=9)
        token = models.CharField(max_length=9)

        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    no_fate = {"text": Personal(plain=PLAIN), "token": Secret(plain=PLAIN)}
    assert declare(Note, fields=no_fate) == ["privacy.E005", "privacy.E005"]
    assert declare(Note, fields=no_fate, on_erasure=Delete()) == []


def test_e006_what_cannot_be_empty_cannot_be_cleared(declare: Declare) -> None:
    class Note(Toy):
        on = models.DateField()
        maybe_on = models.DateField(null=True)
        text = models.CharField(max_length=9)

        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    given = {"on": CLEAR, "maybe_on": CLEAR, "text": CLEAR}
    assert declare(Note, fields=given) == ["privacy.E006"]
    assert declare(Note, fields=given, on_erasure=Delete()) == ["privacy.E006"]


def test_e006_a_sealed_value_is_cleared_to_null(declare: Declare) -> None:
    class Note(SealedToy):
        text = SealedTextField()
        maybe_text = SealedTextField(null=True)

        class Meta(SealedToy.Meta):
            app_label = "ams"
            abstract = False

    clear = Personal(Clear())
    assert declare(Note, fields={"text": clear, "maybe_text": clear}) == ["privacy.E006"]


@pytest.mark.parametrize(
    ("field", "text", "refused"),
    [
        (models.CharField(max_length=20), "erased", False),
        (models.CharField(max_length=5), "erased", True),
        (models.CharField(max_length=26), "erased-{pk}", False),
        (models.CharField(max_length=25), "erased-{pk}", True),
        (models.CharField(max_length=40, unique=True), "erased", True),
        (models.CharField(max_length=40, unique=True), "erased-{pk}", False),
        (models.DateField(), "2000-01-01", True),
    ],
)
def test_e007_a_replacement_that_cannot_fit(declare: Declare, field: Any, text: str, refused: bool) -> None:
    class Note(Toy):
        value = field.clone()

        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    found = declare(Note, fields={"value": Personal(Replace(text), plain=PLAIN)})
    assert found == (["privacy.E007"] if refused else [])


def test_e007_a_sealed_value_has_no_replacement(declare: Declare) -> None:
    class Note(SealedToy):
        text = SealedTextField(null=True)

        class Meta(SealedToy.Meta):
            app_label = "ams"
            abstract = False

    assert declare(Note, fields={"text": Personal(Replace("erased"))}) == ["privacy.E007"]


@pytest.mark.parametrize(
    ("on_delete", "refused"),
    [(models.PROTECT, True), (models.CASCADE, True), (models.RESTRICT, True), (models.SET_NULL, False)],
)
def test_e008_a_deleted_row_that_a_kept_row_needs(declare: Declare, on_delete: Any, refused: bool) -> None:
    class Booking(Toy):
        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    class Bill(Toy):
        # Without a name on the other side, where it is easily overlooked.
        booking = models.ForeignKey(Booking, on_delete, null=True, related_name="+")

        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    declare(Bill, not_personal={"booking"})
    assert declare(Booking, on_erasure=Delete()) == (["privacy.E008"] if refused else [])
    declare(Bill, not_personal={"booking"}, on_erasure=Delete())
    assert declare(Booking, on_erasure=Delete()) == []


def test_e009_a_value_that_stands_open_without_a_reason(declare: Declare) -> None:
    class Note(SealedToy):
        plain = models.CharField(max_length=9)
        token = models.CharField(max_length=9)
        sealed = SealedTextField(null=True)

        class Meta(SealedToy.Meta):
            app_label = "ams"
            abstract = False

    open_ = {"plain": Personal(Clear()), "token": Secret(Clear()), "sealed": Personal(Clear())}
    assert declare(Note, fields=open_) == ["privacy.E009", "privacy.E009"]
    assert declare(Note, fields=open_ | {"plain": CLEAR, "token": Secret(Clear(), plain=PLAIN)}) == []


def test_e010_a_model_of_no_association(declare: Declare, monkeypatch: pytest.MonkeyPatch) -> None:
    class Country(models.Model):  # noqa: DJ008 a toy
        class Meta:
            app_label = "ams"

    assert declare(Country, subject=NOBODY) == ["privacy.E010"]
    monkeypatch.setattr(settings, "PRIVACY_SHARED_TABLES", {"ams_country"})
    assert declare(Country, subject=NOBODY) == []


def test_e012_a_sealed_value_and_nobody_said_with_whose_key() -> None:
    class Note(SealedToy):
        text = SealedTextField(null=True)

        class Meta(SealedToy.Meta):
            app_label = "ams"
            abstract = False

    assert ids(checks.about_model(Note)) == ["privacy.E001", "privacy.E012"]


def test_e013_an_order_by_noise(declare: Declare) -> None:
    class Note(SealedToy):
        text = SealedTextField(null=True)

        class Meta(SealedToy.Meta):
            app_label = "ams"
            abstract = False
            ordering = [models.F("text").desc(), "pk"]

    declare(Note, fields={"text": Personal(Clear())})
    assert ids(checks.about_model(Note)) == ["privacy.E013"]


def test_e013_a_wall_of_noise(declare: Declare) -> None:
    class Note(SealedToy):
        text = SealedTextField(null=True)
        indexed = SealedTextField(null=True)
        one = SealedTextField(null=True)
        together = SealedTextField(null=True)
        email = SealedEmailField(null=True, findable=True)

        class Meta(SealedToy.Meta):
            app_label = "ams"
            abstract = False
            indexes = [models.Index(fields=["-indexed"], name="toy_indexed")]
            unique_together = [["association", "together"]]
            constraints = [
                models.UniqueConstraint(fields=["association", "one"], name="toy_one"),
                SealedUnique(fields=["association", "email"], name="toy_email"),
            ]

    declare(Note, fields=dict.fromkeys(("text", "indexed", "one", "together", "email"), Personal(Clear())))
    found = [message.msg for message in checks.about_model(Note) if message.id == "privacy.E013"]
    assert [message.split()[1] for message in found] == ["indexed", "one", "together"]


def test_e014_a_sealed_value_whose_person_stands_in_another_table(declare: Declare) -> None:
    class Booking(Toy):
        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    class Companion(SealedModel):
        booking = models.ForeignKey(Booking, models.PROTECT)
        name = SealedTextField(null=True)

        class Meta:
            app_label = "ams"

    assert declare(Companion, subject="booking__individual", fields={"name": Personal(Clear())}) == [
        "privacy.E014"
    ]


def test_a_path_to_the_person_is_fine_where_nothing_is_sealed(declare: Declare) -> None:
    class Booking(Toy):
        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    class Companion(OfAssociation):
        booking = models.ForeignKey(Booking, models.PROTECT)
        seats = models.IntegerField(null=True)

        class Meta:
            app_label = "ams"

    assert declare(Companion, subject="booking__individual", fields={"seats": CLEAR}) == []


def test_e015_kept_until_a_day_that_no_row_knows(declare: Declare) -> None:
    class Invoice(Toy):
        number = models.CharField(max_length=9)
        issued_on = models.DateField()

        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    def kept(after: str) -> Personal:
        return Personal(Keep("The law asks for it.", Until(after, years=8)), plain=PLAIN)

    rest = {"not_personal": {"issued_on"}}
    assert declare(Invoice, fields={"number": kept("issued_on")}, **rest) == []
    assert declare(Invoice, fields={"number": kept("paid_on")}, **rest) == ["privacy.E015"]
    assert declare(Invoice, fields={"number": kept("number")}, **rest) == ["privacy.E015"]


@pytest.mark.parametrize("word", ["purpose", "retention"])
def test_e017_a_person_is_told_what_for_and_for_how_long(declare: Declare, word: str) -> None:
    class Note(Toy):
        text = models.CharField(max_length=9)

        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    assert declare(Note, fields={"text": CLEAR}) == []
    assert declare(Note, fields={"text": CLEAR}, **{word: ""}) == ["privacy.E017"]


def test_w001_free_json_about_a_person(declare: Declare) -> None:
    class History(SealedToy):
        data = models.JSONField(null=True)
        sealed = SealedJSONField(null=True)

        class Meta(SealedToy.Meta):
            app_label = "ams"
            abstract = False

    assert declare(History, fields={"data": CLEAR, "sealed": Personal(Clear())}) == ["privacy.W001"]


def test_the_checks_are_registered_and_read_the_real_declarations() -> None:
    before = declarations.by_label.pop(PostalAddress._meta.label_lower)
    try:
        assert "privacy.E001" in ids(checks.check_models(None))
    finally:
        declarations.by_label[PostalAddress._meta.label_lower] = before
    assert ids(checks.check_models(None)) == ids(checks.check_declarations()) == []


def test_the_database_is_asked_only_when_a_command_asks_for_it() -> None:
    assert checks.check_database(databases=None) == []
    assert checks.check_database(databases=["other"]) == []


def test_e018_what_rests_on_a_yes_and_could_not_go_with_it(declare: Declare) -> None:
    class Note(Toy):
        text = models.CharField(max_length=9)

        class Meta(Toy.Meta):
            app_label = "ams"
            abstract = False

    fields = {"text": CLEAR}
    assert declare(Note, fields=fields, consent=9) == ["privacy.E018"]
    assert declare(Note, fields=fields, consent=9, on_erasure=Delete()) == []
    found = declare(Note, fields=fields, consent=9, on_erasure=Delete(), subject="individual__association")
    assert "privacy.E018" in found


def test_e019_what_is_about_nobody_holds_nothing_personal(declare: Declare) -> None:
    class Basket(OfAssociation):
        id = models.UUIDField(primary_key=True, default=uuid.uuid4)
        file = SealedFileField(blank=True)

        class Meta:
            app_label = "ams"

    fields = {"file": Personal()}
    assert declare(Basket, subject=NOBODY, fields=fields) == ["privacy.E019"]
    assert declare(Basket, subject=CONTAINER, fields=fields) == []
    assert declare(Basket, subject=CONTAINER, fields={}) == ["privacy.E002"]


def test_e019_a_container_can_be_emptied_and_its_key_is_named_by_the_row(declare: Declare) -> None:
    class Basket(OfAssociation):
        file = SealedFileField()

        class Meta:
            app_label = "ams"

    assert declare(Basket, subject=CONTAINER, fields={"file": Personal()}) == ["privacy.E019"] * 2


def test_e022_a_second_person_whose_part_is_not_clear_or_could_not_go(declare: Declare) -> None:
    class Escort(SealedModel):
        individual = models.OneToOneField(Individual, models.PROTECT, related_name="+")
        email = SealedEmailField(findable=True)

        class Meta(SealedModel.Meta):
            app_label = "ams"
            abstract = False

    found = Match("email")
    fine: dict[str, Any] = {
        "fields": {"email": Personal()},
        "others": (Other(found, fields=("email",)),),
        "consent": TWO_PEOPLE,
        "on_erasure": Delete(),
    }
    assert declare(Escort, **fine) == []
    assert declare(Escort, **fine | {"others": (Other(found, fields=("name",)),)}) == ["privacy.E022"]
    assert declare(Escort, **fine | {"others": (Other(Match("mail"), fields=("email",)),)}) == [
        "privacy.E022"
    ]
    assert declare(Escort, **fine | {"consent": 0}) == ["privacy.E022"]
    assert "privacy.E022" in declare(Escort, **fine | {"on_erasure": None})
