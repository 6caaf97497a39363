"""What the association holds, one noun a file."""

from ams.models.account import Account
from ams.models.address import OtherEmail, PhoneNumber, PostalAddress, SocialProfile
from ams.models.affiliation import Affiliation
from ams.models.api import ApiToken
from ams.models.association import Association
from ams.models.billing import Invoice, Payment
from ams.models.certificates import Certificate
from ams.models.committees import Committee, CommitteeService
from ams.models.community import Post
from ams.models.documents import Document
from ams.models.events import Event, EventRegistration
from ams.models.imports import Import, ImportRefusal, ListLayout
from ams.models.individual import Individual
from ams.models.join import JoinDraft
from ams.models.letter_request import LetterRequest
from ams.models.listing import DirectoryEntry, Disclosure, Handover
from ams.models.mail import SentMail
from ams.models.membership import Membership, MembershipType
from ams.models.new_email import EmailChange
from ams.models.newsletter import Newsletter, NewsletterCopy, NewsletterText
from ams.models.notes import StaffNote
from ams.models.session import Session
from ams.models.sign_in import FailureCount, LoginRecord

__all__ = [
    "Account",
    "Affiliation",
    "ApiToken",
    "Association",
    "Certificate",
    "Committee",
    "CommitteeService",
    "DirectoryEntry",
    "Disclosure",
    "Document",
    "EmailChange",
    "Event",
    "EventRegistration",
    "FailureCount",
    "Handover",
    "Import",
    "ImportRefusal",
    "Individual",
    "Invoice",
    "JoinDraft",
    "LetterRequest",
    "ListLayout",
    "LoginRecord",
    "Membership",
    "MembershipType",
    "Newsletter",
    "NewsletterCopy",
    "NewsletterText",
    "OtherEmail",
    "Payment",
    "PhoneNumber",
    "Post",
    "PostalAddress",
    "SentMail",
    "Session",
    "SocialProfile",
    "StaffNote",
]
