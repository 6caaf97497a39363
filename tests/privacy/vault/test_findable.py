"""Values that are found without being read, and stay unique."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from ams import migrations
from ams.models import Association, Individual
from privacy.tenancy import speaking_for
from privacy.vault import blind, current
from privacy.vault.fields import SealedEmailField
from tests.privacy.vault.toys import raw


@pytest.mark.parametrize("asked", ["ann@example.org", "ANN@Example.ORG", "  ann@example.org "])
def test_ann_is_found_by_her_address_however_it_is_written(
    ann: Individual, ben: Individual, asked: str
) -> None:
    assert Individual.objects.get(email=asked) == ann
    assert Individual.objects.get(email__iexact=asked) == ann
    assert Individual.objects.get(email__in=[asked, "nobody@example.org"]) == ann
    assert Individual.objects.exclude(email=asked).filter(email="ben@example.org").get() == ben


def test_both_spellings_of_a_domain_are_one_address(ann: Individual, ben: Individual) -> None:
    ann.email = "post@bücher.example"
    ann.save()
    for asked in ("post@xn--bcher-kva.example", "POST@BÜCHER.example", "post@bu\u0308cher.example"):
        assert Individual.objects.get(email=asked) == ann
    ben.email = "post@XN--BCHER-KVA.example"
    with pytest.raises(IntegrityError, match="individual_email"), transaction.atomic():
        ben.save()


def test_two_domains_and_two_names_that_look_alike_are_two_addresses(
    ann: Individual, ben: Individual
) -> None:
    """ß is not ss, in front of the @ or behind it; nor is the Turkish i without its dot an i."""
    for one, other in [
        ("info@straße.example", "info@strasse.example"),
        ("strauß@example.org", "strauss@example.org"),
        ("\N{LATIN SMALL LETTER DOTLESS I}sik@example.org", "isik@example.org"),
    ]:
        ann.email, ben.email = one, other
        ann.save()
        ben.save()
        assert [Individual.objects.get(email=each) for each in (one, other)] == [ann, ben]


@pytest.mark.parametrize(
    "odd", ["a@-ü-.example", "a@ü_b.example", "a@" + "ü" * 70 + ".example", "no address ü", "@"]
)
def test_what_is_no_domain_is_compared_as_it_is(ann: Individual, odd: str) -> None:
    ann.email = odd
    ann.save()
    assert Individual.objects.get(email=odd.upper()) == ann


def test_addresses_that_were_found_by_the_old_rule_are_renewed(
    ann: Individual, ben: Individual, cleo: Individual, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one who was here first keeps an address that two turn out to have. Nothing of it is lost."""
    with monkeypatch.context() as before:
        before.setattr(SealedEmailField, "normal", lambda _field, value: blind.normal(value))
        for person, address in [
            (ann, "post@bücher.example"),
            (ben, "post@xn--bcher-kva.example"),
            (cleo, "info@straße.example"),
        ]:
            person.email = address
            person.save()
    assert not Individual.objects.filter(email="info@straße.example").exists()
    renewal().renew_one(Individual, ann.association_id)
    assert Individual.objects.get(email="post@xn--bcher-kva.example") == ann
    assert Individual.objects.get(email="info@straße.example") == cleo
    assert not Individual.objects.filter(email="info@strasse.example").exists()
    ben.refresh_from_db()
    assert ben.email == "post@xn--bcher-kva.example"


def renewal() -> Any:
    names = [module.name for module in iter_modules(migrations.__path__)]
    name = next(each for each in names if each.endswith("one_domain_one_address"))
    return import_module(f"{migrations.__name__}.{name}")


def test_composed_and_decomposed_letters_are_the_same(toy: Any, ann: Individual) -> None:
    row = toy.objects.create(individual=ann, email="bjo\u0308rn@example.org")
    assert toy.objects.get(email="björn@example.org") == row


def test_nothing_is_found_by_nothing(toy: Any, ann: Individual) -> None:
    toy.objects.create(individual=ann)
    assert not toy.objects.filter(email="ann@example.org").exists()
    assert not toy.objects.filter(email__in=[]).exists()
    assert not toy.objects.filter(email__in=[None]).exists()
    assert not toy.objects.filter(email="").exists()


def test_asking_makes_no_key(toy: Any, ann: Individual) -> None:
    ring = current.keyring()
    assert not toy.objects.filter(email="ann@example.org").exists()
    assert blind.index_keys(ring, "ams.toy.email") == []


def test_the_front_follows_the_value_however_it_is_saved(toy: Any, ann: Individual) -> None:
    row = toy.objects.create(individual=ann, email="one@example.org")
    row.email = "two@example.org"
    row.save(update_fields=["email"])
    assert toy.objects.get(email="two@example.org") == row
    row.email = "three@example.org"
    toy.objects.bulk_update([row], ["email"])
    assert toy.objects.get(email="three@example.org") == row
    made, created = toy.objects.get_or_create(email="THREE@example.org", defaults={"individual": ann})
    assert (made, created) == (row, False)
    made, created = toy.objects.update_or_create(
        email="four@example.org", defaults={"individual": ann, "text": "x"}
    )
    assert created
    assert toy.objects.filter(email__in=["one@example.org", "two@example.org"]).count() == 0


def test_a_second_ann_is_refused_by_the_form_and_by_the_database(ann: Individual, ben: Individual) -> None:
    ben.email = "Ann@example.ORG"
    with pytest.raises(ValidationError):
        ben.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        ben.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Individual.objects.bulk_create([Individual(given_name="Ann", email="ann@example.org")])
    ann.full_clean()  # she is no twin of herself


def test_many_may_have_no_address(ann: Individual) -> None:
    Individual.objects.bulk_create([Individual(given_name="Dora"), Individual(given_name="Dan")])
    assert Individual.objects.filter(email=None).count() == 2


def test_two_associations_do_not_know_of_each_others_members(ann: Individual, sister: Association) -> None:
    with speaking_for(sister.pk):
        assert not Individual.objects.filter(email="ann@example.org").exists()
        twin = Individual.objects.create(given_name="Ann", email="ann@example.org")
        hers = raw(twin, "email")
    ours = raw(ann, "email")
    assert ours is not None
    assert hers is not None
    assert ours[:16] != hers[:16]  # nobody can tell from a dump that they are the same


def test_two_columns_have_fronts_of_their_own(toy: Any, ann: Individual) -> None:
    row = toy.objects.create(individual=ann, email="ann@example.org")
    assert (raw(row, "email") or b"")[:16] != (raw(ann, "email") or b"")[:16]


def test_a_findable_value_needs_a_transaction(
    transactional_db: None, association: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside of one the guard would be let go before the row is written."""
    with pytest.raises(transaction.TransactionManagementError):
        blind.lock(association.pk, "pg_advisory_xact_lock_shared")


def test_saving_many_takes_the_guard_once(ann: Individual, django_assert_num_queries: Any) -> None:
    people = [Individual(given_name="D", email=f"d{number}@example.org") for number in range(20)]
    with django_assert_num_queries(2):  # the guard, the INSERT; pytest's transaction spares the savepoint
        Individual.objects.bulk_create(people)


def test_a_findable_field_says_so_in_migrations() -> None:
    assert SealedEmailField(findable=True).deconstruct()[3] == {"max_length": 254, "findable": True}
