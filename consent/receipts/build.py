"""The receipt of one decision as data, in the structure of ISO/IEC TS 27560 (docs/receipts.md).

It follows from the records alone, and asks no clock: made again, it is the same to the byte. Only what the association
says of itself (name, contact, key) may be newer.
"""

import json
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID, uuid5

from django.conf import settings
from django.urls import reverse

from consent.decide import until
from consent.models import Act, Channel, Decision, Kind, Version, Wording
from consent.publish import canonical
from consent.receipts import terms
from privacy.declarations import Basis
from privacy.ledger.canonical import moment

JSON = dict[str, Any]
RELATED: Final = ("individual__association", "version__statement", "shown")


def found(decision_id: UUID) -> Decision | None:
    """With the words and all that a receipt needs, in two queries."""
    rows = Decision.objects.select_related(*RELATED).prefetch_related("version__wordings")
    return rows.filter(pk=decision_id).first()


def number_of(decision: Decision) -> str:
    return str(uuid5(decision.pk, terms.OURS))


def receipt_of(decision: Decision) -> JSON:
    """Without its signature. One query more: what went before."""
    kind, number = Kind(decision.version.statement.kind), number_of(decision)
    return {
        "@context": terms.CONTEXT,
        "@id": f"urn:uuid:{number}",
        "@type": terms.RECEIPTS[kind],
        "dct:conformsTo": [*([terms.ISO_RECEIPT] if kind == Kind.CONSENT else []), terms.OURS],
        "dct:identifier": number,
        "dct:created": moment(decision.at),
        "dct:publisher": decision.individual.association.legal_name,
        "dpv:hasRecordOfActivity": record_of(decision, kind),
    }


def record_of(decision: Decision, kind: Kind) -> JSON:
    association: Any = decision.individual.association
    choices = address(association, "consent:choices")
    covered: JSON = json.loads(canonical(decision.version))
    words = wording_of(decision)
    return {
        "@id": f"urn:uuid:{decision.pk}",
        "@type": terms.RECORDS[kind],
        "dct:identifier": str(decision.pk),
        **({"dct:conformsTo": terms.ISO_RECORD} if kind == Kind.CONSENT else {}),
        "dpv:hasDataSubject": {
            "@id": f"urn:uuid:{decision.individual_id}",
            "@type": terms.PERSON,
            "skos:broader": "dpv:Member",
        },
        "dpv:hasDataController": controller_of(association),
        "dpv:hasJurisdiction": f"loc:{association.country}",
        "dpv:hasApplicableLaw": "eu-gdpr:GDPR",
        "dpv:hasLegalBasis": terms.BASES[Basis(decision.version.basis)],
        "dpv:hasProcess": process_of(decision.version, words),
        "dpv:hasRight": list(rights(kind, choices, association.authority)),
        **(control(choices) if kind == Kind.CONSENT else {}),
        "dpv:hasNotice": notice_of(decision, kind, words.language, covered),
        "dpv:hasConsentStatus" if kind == Kind.CONSENT else "dpv:hasStatus": [
            event(each, kind) for each in past_and_this(decision)
        ],
    }


def address(association: Any, name: str) -> str:
    """On the association's first host, whichever the visitor is on."""
    host = (association.host_names or ["localhost"])[0]
    return f"{settings.PUBLIC_ORIGIN.format(host=host)}{reverse(name)}"


def wording_of(decision: Decision) -> Wording:
    """The words that stood there: those with the decision's own fingerprint."""
    return next(each for each in decision.version.wordings.all() if each.hash == decision.text_hash)


def controller_of(association: Any) -> JSON:
    officer = named("dpv:DataProtectionOfficer", association.dpo_name, association.dpo_email)
    return {
        **named(terms.CONTROLLER, association.legal_name, association.contact_email),
        "dpv:hasAddress": association.postal_address,
        **({"dpv:hasDataProtectionOfficer": officer} if len(officer) > 1 else {}),
        "dpv:hasAuthority": named("dpv:DataProtectionAuthority", association.authority),
    }


def named(kind: str, name: str, contact: str = "") -> JSON:
    said = {"@type": kind, "dpv:hasName": name, "dpv:hasContact": contact}
    return {key: value for key, value in said.items() if value}


def process_of(version: Version, words: Wording) -> JSON:
    purpose = terms.purpose_of(version.purpose)
    return {
        "@type": "dpv:Process",
        "dpv:hasPurpose": described("dpv:Purpose", words.why or words.title, purpose),
        "dpv:hasPersonalData": described("dpv:PersonalData", words.what),
        "dpv:hasRecipient": [
            terms.CONTROLLER,
            *(named("dpv:Recipient", recipient) for recipient in version.recipients),
        ],
        "dpv:hasStorageCondition": described("dpv:StorageDuration", words.how_long),
    }


def described(kind: str, text: str, broader: str = "") -> JSON:
    said = {"@type": kind, "skos:broader": broader, "dct:description": text}
    return {key: value for key, value in said.items() if value}


def rights(kind: Kind, choices: str, authority: str) -> Iterator[JSON]:
    if kind in terms.RIGHTS:
        yield {"@type": ["dpv:DataSubjectRight", terms.RIGHTS[kind]], "dpv:isExercisedAt": choices}
    yield {"@type": ["dpv:DataSubjectRight", terms.COMPLAINT], "dpv:isExercisedAt": authority}


def control(choices: str) -> JSON:
    """Art. 7(3): where the yes is taken back."""
    return {
        "dpv:hasConsentControl": {
            "@type": ["dpv:ProvideConsent", "dpv:WithdrawConsent"],
            "dpv:isExercisedAt": choices,
        }
    }


def notice_of(decision: Decision, kind: Kind, language: str, covered: JSON) -> JSON:
    """The exact words, in all languages: the version's fingerprint is over all of them."""
    shown = decision.shown
    return {
        "@type": terms.NOTICES[kind],
        "dct:language": language,
        "dct:valid": moment(decision.version.effective_at),
        "ams:version": covered,
        "ams:versionHash": decision.version.hash,
        "ams:textHash": decision.text_hash,
        **({"ams:shownBeside": shown.versions} if shown else {}),
    }


def past_and_this(decision: Decision) -> list[Decision]:
    """What this person said to this statement before, in order, and last what they said now."""
    before = (
        Decision.objects.filter(
            individual_id=decision.individual_id, statement_id=decision.statement_id, at__lt=decision.at
        )
        .select_related("version")
        .order_by("at")
    )
    return [*before, decision]


def event(decision: Decision, kind: Kind) -> JSON:
    entered = terms.ENTERED_BY.get(Channel(decision.channel))
    return {
        "@id": f"urn:uuid:{decision.pk}",
        "@type": terms.state_of(kind, Act(decision.act)),
        "dpv:isIndicatedAtTime": moment(decision.at),
        "dpv:isIndicatedBy": who(decision),
        "dpv:hasIndicationMethod": decision.channel,
        "dpv:hasDuration": duration(decision),
        "dct:language": decision.language,
        "ams:act": decision.act,
        "ams:timeZone": decision.zone,
        "ams:versionNumber": decision.version.number,
        "ams:versionHash": decision.version.hash,
        "ams:textHash": decision.text_hash,
        **({"ams:enteredBy": entered} if entered else {}),
    }


def who(decision: Decision) -> str:
    """Nobody decides when time runs out; a guardian's click has the guardian as its actor."""
    if decision.channel == Channel.SYSTEM:
        return terms.CONTROLLER
    is_another = decision.actor not in {None, decision.individual_id}
    return terms.GUARDIAN if is_another and decision.channel == Channel.MAIL else terms.PERSON


def duration(decision: Decision) -> JSON:
    if last := until(decision):
        return {"@type": "dpv:UntilTimeDuration", "rdf:value": moment(last)}
    return {"@type": "dpv:UntilEventDuration", "rdf:value": "until decided anew"}
