"""Our words in those that machines share: W3C DPV 2, and its extension for the GDPR. Only named, never fetched."""

from typing import Final

from consent.models import Act, Channel, Kind, Purpose
from privacy.declarations import Basis

# Prefixes alone: a reader of JSON-LD needs nothing from anywhere.
CONTEXT: Final = {
    "ams": "urn:ams-privacy:receipt:1:",
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "loc": "https://w3id.org/dpv/loc#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
OURS: Final = "urn:ams-privacy:receipt:1"
ISO_RECEIPT: Final = "https://w3id.org/dpv/schema/dpv-27560#receipt"
ISO_RECORD: Final = "https://w3id.org/dpv/schema/dpv-27560#record"

PURPOSES: Final[dict[Purpose, str]] = {
    Purpose.MEMBERSHIP: "dpv:MemberPartnerManagement",
    Purpose.NEWSLETTER: "dpv:CommunicationManagement",
    Purpose.DIRECT_MARKETING: "dpv:DirectMarketing",
    Purpose.DIRECTORY: "dpv:SearchFunctionalities",
    Purpose.SHARING: "dpv:ServiceProvision",
    Purpose.PUBLICITY: "dpv:PublicRelations",
    Purpose.EVENTS: "dpv:RequestedServiceProvision",
    Purpose.RESEARCH: "dpv:ResearchAndDevelopment",
    Purpose.SECURITY: "dpv:EnforceSecurity",
    Purpose.SERVICE: "dpv:CustomerCare",
}
# Words that were published before purposes were named.
NOT_NAMED: Final = "dpv:Purpose"

BASES: Final[dict[Basis, str]] = {
    Basis.CONSENT: "eu-gdpr:A6-1-a",
    Basis.CONTRACT: "eu-gdpr:A6-1-b",
    Basis.LEGAL_OBLIGATION: "eu-gdpr:A6-1-c",
    Basis.VITAL_INTEREST: "eu-gdpr:A6-1-d",
    Basis.PUBLIC_TASK: "eu-gdpr:A6-1-e",
    Basis.LEGITIMATE_INTEREST: "eu-gdpr:A6-1-f",
}

CONSENT_STATES: Final[dict[Act, str]] = {
    Act.GIVEN: "dpv:ConsentGiven",
    Act.RENEWED: "dpv:RenewedConsentGiven",
    Act.DECLINED: "dpv:ConsentRefused",
    Act.WITHDRAWN: "dpv:ConsentWithdrawn",
    Act.EXPIRED: "dpv:ConsentExpired",
    Act.PENDING: "dpv:ConsentRequested",
}
# The vocabulary has no states for these, and none of them is consent.
OTHER_STATES: Final[dict[Kind, dict[Act, str]]] = {
    Kind.AGREEMENT: {Act.GIVEN: "ams:AgreementGiven", Act.RENEWED: "ams:AgreementRenewed"},
    Kind.NOTICE: {Act.OBJECTED: "ams:Objected", Act.LIFTED: "ams:ObjectionLifted"},
}

RECEIPTS: Final[dict[Kind, str]] = {
    Kind.CONSENT: "dpv:ConsentReceipt",
    Kind.AGREEMENT: "ams:AgreementReceipt",
    Kind.NOTICE: "ams:ObjectionReceipt",
}
RECORDS: Final[dict[Kind, str]] = {
    Kind.CONSENT: "dpv:ConsentRecord",
    Kind.AGREEMENT: "ams:AgreementRecord",
    Kind.NOTICE: "ams:ObjectionRecord",
}
NOTICES: Final[dict[Kind, str]] = {
    Kind.CONSENT: "dpv:ConsentNotice",
    Kind.AGREEMENT: "ams:Terms",
    Kind.NOTICE: "dpv:PrivacyNotice",
}
RIGHTS: Final[dict[Kind, str]] = {Kind.CONSENT: "eu-gdpr:A7-3", Kind.NOTICE: "eu-gdpr:A21"}
COMPLAINT: Final = "eu-gdpr:A77"

PERSON, GUARDIAN, CONTROLLER = "dpv:DataSubject", "dpv:GuardianOfDataSubject", "dpv:DataController"
# Whose hand it was, where it was not the person's own.
ENTERED_BY: Final[dict[Channel, str]] = {
    Channel.STAFF: "staff",
    Channel.IMPORT: "import",
    Channel.API: "program",
}


def state_of(kind: Kind, act: Act) -> str:
    return CONSENT_STATES[act] if kind == Kind.CONSENT else OTHER_STATES[kind][act]


def purpose_of(purpose: str) -> str:
    return PURPOSES[Purpose(purpose)] if purpose else NOT_NAMED
