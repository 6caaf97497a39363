"""The association's models: who is found by what, what may not be twice, what a name gives away."""

import pytest
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from ams import models as m
from ams.roles import Role
from privacy.inventory import declarations
from privacy.tenancy import speaking_for
from tests import factories
from tests.full_person import declarations_of_ams

pytestmark = pytest.mark.django_db


def test_ann_is_found_by_her_email_whatever_its_case(ann: m.Individual) -> None:
    assert m.Individual.objects.get(email="ANN@Example.org") == ann


def test_two_people_cannot_have_one_email(ann: m.Individual) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_individual(email=" Ann@example.org".strip())


def test_two_people_cannot_have_one_member_number(ann: m.Individual) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_individual(member_number="1001")


def test_a_form_says_so_before_the_database_does(ann: m.Individual, ben: m.Individual) -> None:
    ben.email = ann.email
    with pytest.raises(ValidationError):
        ben.full_clean()


def test_many_people_may_have_no_email(association: m.Association) -> None:
    factories.make_individual(email=None)
    factories.make_individual(email=None)


def test_the_sister_may_know_ann_too(ann: m.Individual, sister: m.Association) -> None:
    with speaking_for(sister.pk):
        assert not m.Individual.objects.filter(email="ann@example.org").exists()
        factories.make_individual(email="ann@example.org", member_number="1001")


def test_a_person_has_one_account(ann: m.Individual) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_account(ann)


def test_no_name_of_a_row_gives_anything_away(association: m.Association) -> None:
    person, planted = factories.make_full_person(association, "Anastasia")
    told = [str(person), *all_names_of_rows(person)]
    assert len(told) > 15
    assert "Anastasia" in person.display_name or person.given_name == planted["ams.individual.given_name"]
    assert not [text for text in planted.values() if any(text in name for name in told)]


def all_names_of_rows(person: m.Individual) -> list[str]:
    rows = []
    for declaration in declarations_of_ams():
        if declaration.subject == "individual":
            rows += list(declaration.model._base_manager.filter(individual=person))
    return [str(row) + repr(row) for row in rows]


def test_the_database_holds_nothing_of_a_full_person_in_plain(association: m.Association) -> None:
    _person, planted = factories.make_full_person(association, "Anastasia")
    m.SentMail.objects.update(template="findable-needle")
    everything = dump_of_all_tables()
    assert "findable-needle" in everything
    assert not [label for label, text in planted.items() if text in everything]


def dump_of_all_tables() -> str:
    """Text of every row, sealed bytes decoded."""
    found = []
    for declaration in declarations_of_ams():
        table = connection.ops.quote_name(declaration.model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608  names of our own tables
            found += [as_text(value) for row in cursor.fetchall() for value in row]
    return "\n".join(found)


def as_text(value: object) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, memoryview | bytes) else str(value)


def test_a_full_person_has_something_in_every_sealed_field(association: m.Association) -> None:
    person, planted = factories.make_full_person(association, "Anastasia")
    assert len(set(planted.values())) == len(planted) > 40
    for label, text in planted.items():
        app, model, field = label.split(".")
        declaration = declarations.by_label[f"{app}.{model}"]
        row = person if model == "individual" else declaration.model._base_manager.get(individual=person)
        held = getattr(row, field)
        found = held.read().decode() if hasattr(held, "read") else str(held)
        assert text in found.replace(" ", "T") or text in found, label


def test_the_password_may_not_be_the_own_name(ann: m.Individual) -> None:
    with pytest.raises(ValidationError):
        UserAttributeSimilarityValidator().validate("ann-archer1", ann.account)
    UserAttributeSimilarityValidator().validate("correct-horse-2026", ann.account)


@pytest.mark.parametrize(
    ("role", "permission", "may"),
    [
        (Role.MEMBER, "ams.view_individual", False),
        (Role.STAFF, "ams.view_individual", True),
        (Role.STAFF, "webhooks.view_delivery", True),
        (Role.STAFF, "erasure.change_erasure", False),
        (Role.APPROVER, "erasure.change_erasure", True),
        (Role.APPROVER, "ams.change_association", False),
        (Role.ADMINISTRATOR, "ams.change_association", True),
        (Role.ADMINISTRATOR, "webhooks.add_endpoint", True),
        (Role.APPROVER, "webhooks.add_endpoint", False),
    ],
)
def test_the_role_says_what_an_account_may_do(role: Role, permission: str, may: bool) -> None:
    account = m.Account(role=role)
    assert account.has_perm(permission) is may
    assert account.has_module_perms(permission.partition(".")[0]) is (role is not Role.MEMBER)


def test_a_closed_account_may_nothing() -> None:
    account = m.Account(role=Role.ADMINISTRATOR, is_active=False)
    assert not account.has_perm("ams.view_individual")
    assert not account.has_module_perms("ams")


def test_the_host_name_decides(association: m.Association, sister: m.Association) -> None:
    assert m.Association.by_host("VDK.localhost") == sister
    assert m.Association.by_host("unknown.example") is None
    m.Association.objects.filter(pk=association.pk).update(answers_other_hosts=True)
    assert m.Association.by_host("unknown.example") == association
    assert m.Association.by_host("vdk.localhost") == sister


def test_only_one_association_answers_for_all_other_hosts(
    association: m.Association, sister: m.Association
) -> None:
    m.Association.objects.filter(pk=association.pk).update(answers_other_hosts=True)
    with pytest.raises(IntegrityError), speaking_for(sister.pk):
        m.Association.objects.filter(pk=sister.pk).update(answers_other_hosts=True)
