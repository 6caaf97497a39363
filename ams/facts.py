"""What an audience of a statement may depend on: CONSENT_FACTS of one individual, CONSENT_AUDIENCE to choose from."""

from ams.models import Individual, Membership, MembershipType
from ams.models.membership import lasts
from consent.audience import Facts
from privacy.vault.values import Closed


def facts_of(individual: Individual) -> Facts:
    types = Membership.objects.filter(lasts(), individual_id=individual.pk)
    born_on = individual.born_on
    return Facts(
        country=str(individual.country),
        born_on=None if isinstance(born_on, Closed) else born_on,
        membership_types=types.values_list("type__code", flat=True),
    )


def membership_type_choices() -> list[tuple[str, str]]:
    """Of the association that speaks: code and name, in its order."""
    return list(MembershipType.objects.values_list("code", "name"))
