"""Who can sign in to the demo. Passwords follow from the installation's secret, so none is kept anywhere."""

import base64
import hmac
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone

from ams.demo.seed.people import Person, an_address
from ams.demo.seed.plans import SLUGS, plan_of
from ams.models import Account, Association
from ams.roles import Role
from privacy.tenancy import speaking_for


@dataclass(frozen=True, slots=True)
class Login:
    role: str
    email: str
    password: str
    association: str
    address: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def password_for(slug: str, role: str) -> str:
    """Twelve letters and digits in three groups: 60 bits."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"demo login {slug} {role}".encode(), "sha256")
    letters = base64.b32encode(digest).decode().lower()[:12]
    return "-".join(letters[start : start + 4] for start in range(0, 12, 4))


def accounts(slug: str, people: list[Person]) -> Iterator[Account]:
    """The officers have a password; the others would ask for one by mail."""
    for person in people:
        if person.role or (person.left_on is None and person.row.source == person.row.Source.JOINED):
            account = Account(
                individual=person.row, role=person.role or Role.MEMBER, email_verified_at=timezone.now()
            )
            account.set_password(password_for(slug, person.role) if person.role else None)
            yield account


def logins() -> Iterator[Login]:
    """Those who are still there: an erased person cannot sign in."""
    for association in Association.objects.filter(slug__in=SLUGS):
        with speaking_for(association.pk):
            for role, email in officers(association.slug):
                if Account.objects.filter(individual__email=email, is_active=True).exists():
                    password = password_for(association.slug, role)
                    yield Login(role, email, password, association.slug, association.url())


def officers(slug: str) -> Iterator[tuple[str, str]]:
    plan, taken = plan_of(slug, date.today()), set[str]()  # noqa: DTZ011 no date matters here
    for role, given, family, _country in plan.officers:
        yield role, an_address(given, family, plan.domain, taken)
