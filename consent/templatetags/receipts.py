"""`{{ decision|receipt_number }}`: what the receipt of a decision is called, by the member and by staff alike."""

from uuid import UUID

from django import template

from consent.models import Decision
from consent.receipts import build, number

register = template.Library()


@register.filter
def receipt_number(decision: Decision) -> str:
    return number.receipt_number(decision.association, UUID(build.number_of(decision)), decision.at)
