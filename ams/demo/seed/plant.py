"""Plants one association with its people, table by table: many rows a statement, so that it takes seconds."""

from decimal import Decimal

from django.utils import timezone

from ams import models as m
from ams.demo.seed import anna, doings, histories
from ams.demo.seed.asked import plant_requests
from ams.demo.seed.choices import plant_choices
from ams.demo.seed.listings import plant_listings
from ams.demo.seed.logins import accounts
from ams.demo.seed.newsletters import plant_newsletters
from ams.demo.seed.people import Person, invent
from ams.demo.seed.plans import Plan, plan_of
from ams.roles import Role
from privacy import ledger
from privacy.tenancy import speaking_for
from privacy.vault import current


def plant(slug: str) -> m.Association:
    plan = plan_of(slug, timezone.localdate())
    association = m.Association.objects.create(**plan.facts)
    with speaking_for(association.pk):
        current.create_for(association.pk)
        ledger.append(ledger.Kind.ASSOCIATION_CREATED, subject=None, actor=None)
        people = invent(plan)
        if slug == "esc":
            anna.shape(people[0])
        plant_people(plan, people)
        plant_choices(plan, people)
        plant_listings(plan, people, with_role(people, Role.STAFF))
        plant_requests(plan, people, with_role(people, Role.STAFF))
        plant_newsletters(plan, people, with_role(people, Role.STAFF))
    return association


def plant_people(plan: Plan, people: list[Person]) -> None:
    m.Individual.objects.bulk_create([person.row for person in people])
    m.Account.objects.bulk_create(accounts(plan.facts["slug"], people))
    m.PostalAddress.objects.bulk_create(histories.addresses(plan, people))
    m.PhoneNumber.objects.bulk_create(histories.phones(plan, people))
    m.SocialProfile.objects.bulk_create(histories.social_profiles(plan, people))
    m.Affiliation.objects.bulk_create(histories.affiliations(plan, people))
    plant_years(plan, people)
    plant_lately(plan, people)
    if people[0].row.member_number == anna.MEMBER_NUMBER:
        anna.add_what_is_hers(plan, people[0], with_role(people, Role.STAFF))


def plant_years(plan: Plan, people: list[Person]) -> None:
    types = m.MembershipType.objects.bulk_create(histories.membership_types(plan))
    joined = m.Membership.objects.bulk_create(histories.memberships(plan, people, types))
    fees = {membership.individual_id: membership.type.yearly_fee for membership in joined}
    owed: dict[Person, Decimal] = {person: fees[person.row.pk] for person in people}
    issued = m.Invoice.objects.bulk_create(histories.invoices(plan, people, owed))
    m.Payment.objects.bulk_create(histories.payments(plan, issued))
    committees = m.Committee.objects.bulk_create(histories.committees(plan))
    m.CommitteeService.objects.bulk_create(histories.services(plan, people, committees))
    m.Certificate.objects.bulk_create(histories.certificates(plan, people))


def plant_lately(plan: Plan, people: list[Person]) -> None:
    events = m.Event.objects.bulk_create(doings.events(plan))
    m.EventRegistration.objects.bulk_create(doings.registrations(plan, people, events))
    m.SentMail.objects.bulk_create(doings.mails(plan, people))
    m.Post.objects.bulk_create(doings.posts(plan, people))
    m.StaffNote.objects.bulk_create(doings.notes(plan, people, with_role(people, Role.STAFF)))
    m.Document.objects.bulk_create(doings.documents(plan, people))
    m.LoginRecord.objects.bulk_create(doings.sign_ins(plan, people))


def with_role(people: list[Person], role: Role) -> Person:
    return next(person for person in people if person.role == role)
