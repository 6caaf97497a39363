"""A receipt says what was decided, on which words, and what went before; it is the same whenever it is made."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from ams.models import Association, Individual
from consent.decide import beside, decline, expire, give, lift, object_to, withdraw
from consent.models import Act, Channel, Decision, Kind, Purpose
from consent.publish import compose
from consent.receipts import terms
from consent.receipts.build import found, receipt_of
from consent.receipts.sign import signed
from consent.receipts.verify import canonical, check
from privacy.declarations import Basis
from privacy.signing import public_key
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db


def the(decision: Decision | None) -> Decision:
    """As a view has it."""
    kept = found(decision.pk) if decision else None
    assert kept
    return kept


def record(decision: Decision | None) -> dict[str, Any]:
    kept: dict[str, Any] = receipt_of(the(decision))["dpv:hasRecordOfActivity"]
    return kept


def states(decision: Decision | None) -> list[str]:
    kept = record(decision)
    return [event["@type"] for event in kept.get("dpv:hasConsentStatus") or kept["dpv:hasStatus"]]


def test_the_receipt_names_itself_its_decision_and_the_standard(ann: Individual) -> None:
    decision = give(ann, asked.letter(), **how(ann))

    receipt = receipt_of(the(decision))

    assert receipt["@type"] == "dpv:ConsentReceipt"
    assert receipt["dct:conformsTo"] == [
        "https://w3id.org/dpv/schema/dpv-27560#receipt",
        "urn:ams-privacy:receipt:1",
    ]
    assert receipt["dpv:hasRecordOfActivity"]["dct:identifier"] == str(decision.pk)
    assert UUID(receipt["dct:identifier"]) != decision.pk
    assert receipt["dct:created"] == decision.at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def test_it_says_who_asks_and_who_watches_over_them(association: Association, ann: Individual) -> None:
    decision = give(ann, asked.letter(), **how(ann))

    controller = record(decision)["dpv:hasDataController"]

    assert controller == {
        "@type": "dpv:DataController",
        "dpv:hasName": "Example Society of Clinicians",
        "dpv:hasContact": "office@esc.example",
        "dpv:hasAddress": "1 Harbour Street, Dublin",
        "dpv:hasDataProtectionOfficer": {
            "@type": "dpv:DataProtectionOfficer",
            "dpv:hasName": "Dana Devlin",
            "dpv:hasContact": "privacy@esc.example",
        },
        "dpv:hasAuthority": {
            "@type": "dpv:DataProtectionAuthority",
            "dpv:hasName": "Data Protection Commission",
        },
    }
    assert record(decision)["dpv:hasJurisdiction"] == "loc:IE"


def test_it_names_no_officer_where_there_is_none(association: Association, ann: Individual) -> None:
    association.dpo_name = association.dpo_email = ""
    association.save()

    assert (
        "dpv:hasDataProtectionOfficer"
        not in record(give(ann, asked.letter(), **how(ann)))["dpv:hasDataController"]
    )


def test_it_says_what_the_use_is_for_who_gets_it_and_how_long(ann: Individual) -> None:
    decision = give(ann, asked.journal(purpose=Purpose.NEWSLETTER), **how(ann))

    process = record(decision)["dpv:hasProcess"]

    assert process["dpv:hasPurpose"]["skos:broader"] == "dpv:CommunicationManagement"
    assert process["dpv:hasPersonalData"]["dct:description"] == "Name, e-mail"
    assert process["dpv:hasRecipient"] == [
        "dpv:DataController",
        {"@type": "dpv:Recipient", "dpv:hasName": "Druckhaus Lindner"},
    ]
    assert process["dpv:hasStorageCondition"]["dct:description"] == "Until you say no"
    assert record(decision)["dpv:hasLegalBasis"] == "eu-gdpr:A6-1-a"


def test_it_says_where_the_yes_is_taken_back(ann: Individual) -> None:
    kept = record(give(ann, asked.letter(), **how(ann)))

    assert kept["dpv:hasConsentControl"]["dpv:isExercisedAt"] == "http://testserver/privacy/choices/"
    assert kept["dpv:hasRight"][0]["@type"] == ["dpv:DataSubjectRight", "eu-gdpr:A7-3"]


def test_the_words_stand_there_in_the_language_that_ann_read(ann: Individual) -> None:
    version = asked.letter()
    decision = give(ann, version, **how(ann, language="de"))

    notice = record(decision)["dpv:hasNotice"]

    assert notice["dct:language"] == "de"
    assert notice["ams:version"]["wordings"]["de"]["text"] == "Monthly letter, in full, in de."
    assert (notice["ams:versionHash"], notice["ams:textHash"]) == (version.hash, decision.text_hash)


def test_what_stood_beside_it_is_named_by_its_fingerprint(ann: Individual) -> None:
    letter, journal = asked.letter(), asked.journal()
    shown = beside(ann, [letter, journal], language="en")

    decision = give(ann, letter, **how(ann, shown=shown))

    assert record(decision)["dpv:hasNotice"]["ams:shownBeside"] == [letter.hash, journal.hash]


def test_past_states_are_listed_and_those_that_came_later_are_not(ann: Individual, ben: Individual) -> None:
    version = asked.letter()
    give(ben, version, **how(ben))
    give(ann, asked.journal(), **how(ann))
    no, yes = decline(ann, version, **how(ann)), give(ann, version, **how(ann))
    again = give(ann, asked.newer(version), **how(ann))
    gone = withdraw(ann, again.version, **how(ann))

    assert states(no) == ["dpv:ConsentRefused"]
    assert states(yes) == ["dpv:ConsentRefused", "dpv:ConsentGiven"]
    assert states(gone) == [
        "dpv:ConsentRefused",
        "dpv:ConsentGiven",
        "dpv:RenewedConsentGiven",
        "dpv:ConsentWithdrawn",
    ]
    assert [event["ams:versionNumber"] for event in record(gone)["dpv:hasConsentStatus"]] == [1, 1, 2, 2]
    assert str(ben.pk) not in json.dumps(receipt_of(the(gone)))


def test_a_state_says_when_by_which_clock_where_and_by_whom(ann: Individual) -> None:
    with timezone.override("Europe/Dublin"):
        decision = give(ann, asked.letter(), **how(ann))

    (event,) = record(decision)["dpv:hasConsentStatus"]

    assert datetime.fromisoformat(event["dpv:isIndicatedAtTime"]) == decision.at
    assert event["ams:timeZone"] == "Europe/Dublin"
    assert (event["dpv:hasIndicationMethod"], event["dpv:isIndicatedBy"]) == ("tab", "dpv:DataSubject")
    assert (event["ams:act"], event["dct:language"]) == ("given", "en")
    assert "ams:enteredBy" not in event


def test_what_staff_wrote_down_says_so(ann: Individual, cleo: Individual) -> None:
    decision = give(ann, asked.letter(), **how(ann, channel=Channel.STAFF, actor=cleo.pk))

    (event,) = record(decision)["dpv:hasConsentStatus"]

    assert (event["ams:enteredBy"], event["dpv:isIndicatedBy"]) == ("staff", "dpv:DataSubject")
    assert str(cleo.pk) not in json.dumps(receipt_of(the(decision)))


def test_a_guardians_click_is_a_guardians(ann: Individual) -> None:
    guardian = uuid4()
    decision = give(ann, asked.letter(), **how(ann, channel=Channel.MAIL, actor=guardian))

    (event,) = record(decision)["dpv:hasConsentStatus"]

    assert event["dpv:isIndicatedBy"] == "dpv:GuardianOfDataSubject"
    assert str(guardian) not in json.dumps(receipt_of(the(decision)))


def test_a_yes_for_a_year_says_until_when(ann: Individual) -> None:
    version = asked.newer(asked.letter(), again_after_months=12)
    decision = give(ann, version, **how(ann))

    (event,) = record(decision)["dpv:hasConsentStatus"]

    assert event["dpv:hasDuration"]["@type"] == "dpv:UntilTimeDuration"
    assert event["dpv:hasDuration"]["rdf:value"].startswith(str(decision.at.year + 1))
    ended = expire(ann, version, **how(ann, channel=Channel.SYSTEM, actor=None))
    assert states(ended) == ["dpv:ConsentGiven", "dpv:ConsentExpired"]
    assert record(ended)["dpv:hasConsentStatus"][-1]["dpv:isIndicatedBy"] == "dpv:DataController"


def test_a_yes_that_waits_for_a_click_is_no_consent_yet(ann: Individual) -> None:
    assert states(give(ann, asked.letter(double_opt_in=True), **how(ann))) == ["dpv:ConsentRequested"]


def test_an_agreement_has_a_receipt_and_is_never_called_consent(ann: Individual) -> None:
    decision = give(ann, asked.statutes(), **how(ann))

    receipt = receipt_of(the(decision))

    assert receipt["@type"] == "ams:AgreementReceipt"
    assert record(decision)["dpv:hasLegalBasis"] == "eu-gdpr:A6-1-b"
    assert states(decision) == ["ams:AgreementGiven"]
    assert "Consent" in json.dumps(receipt_of(the(give(ann, asked.letter(), **how(ann)))))
    assert "consent" not in json.dumps(receipt).lower()


def test_an_objection_has_a_receipt_with_its_own_right(ann: Individual) -> None:
    version = compose(
        "statistics",
        asked.words("Statistics"),
        number=4,
        kind=Kind.NOTICE,
        basis=Basis.LEGITIMATE_INTEREST,
    )
    objected = object_to(ann, version, **how(ann))
    lifted = lift(ann, version, **how(ann))

    kept = record(lifted)

    assert states(objected) == ["ams:Objected"]
    assert states(lifted) == ["ams:Objected", "ams:ObjectionLifted"]
    assert kept["dpv:hasLegalBasis"] == "eu-gdpr:A6-1-f"
    assert kept["dpv:hasRight"][0]["@type"] == ["dpv:DataSubjectRight", "eu-gdpr:A21"]
    assert "dpv:hasConsentControl" not in kept


def test_every_purpose_basis_and_answer_has_a_term() -> None:
    assert set(terms.PURPOSES) == set(Purpose)
    assert set(terms.BASES) == set(Basis)
    named = set(terms.CONSENT_STATES).union(*terms.OTHER_STATES.values())
    assert named == set(Act)
    assert terms.purpose_of("") == "dpv:Purpose"


def test_the_same_decision_gives_the_same_bytes_for_ever(ann: Individual) -> None:
    version = asked.letter()
    decision = give(ann, version, **how(ann))
    first = signed(the(decision))

    withdraw(ann, asked.newer(version), **how(ann))
    with translation.override("de"), timezone.override("Asia/Tokyo"):
        later = signed(the(decision))

    assert later == first
    assert canonical(json.loads(first)) == first


def test_it_is_signed_with_the_key_that_the_association_publishes(ann: Individual) -> None:
    checked = check(signed(the(give(ann, asked.letter(), **how(ann)))), public_key())

    assert checked.is_known_key
    assert (checked.name, checked.this.act, checked.this.version) == ("Monthly letter", "given", 1)


def test_a_long_past_costs_no_more_queries(ann: Individual) -> None:
    version = asked.letter()
    short = counted(give(ann, version, **how(ann)))
    for verb in (withdraw, give, withdraw, give):
        verb(ann, version, **how(ann))

    assert counted(withdraw(ann, version, **how(ann))) == short <= 4


def counted(decision: Decision) -> int:
    signed(the(decision))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        signed(the(decision))
    return len(queries)
