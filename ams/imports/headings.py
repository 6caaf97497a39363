"""Which field a heading means: guessed from its words in the association's languages, then shown before anything."""

import unicodedata
from typing import Final

from django.utils.translation import gettext_lazy as _

from privacy.declarations import Text

FIELDS: Final[dict[str, Text]] = {
    "member_number": _("Member number"),
    "title": _("Title"),
    "given_name": _("First name"),
    "family_name": _("Last name"),
    "full_name": _("Whole name"),
    "email": _("E-mail"),
    "born_on": _("Date of birth"),
    "language": _("Language"),
    "joined_on": _("Member since"),
    "organisation": _("Employer or organisation"),
    "position": _("Position"),
    "street": _("Street"),
    "postcode": _("Postcode"),
    "town": _("Town"),
    "region": _("Region"),
    "country": _("Country"),
    "phone": _("Phone"),
    "phone_2": _("Second phone"),
    "website": _("Website"),
}

SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "member_number": ("membernumber", "memberno", "memberid", "membershipnumber", "mitgliedsnummer", "mitgliedsnr",
                      "mitgliednr", "numeroadherent", "numerodadherent", "numeromembre"),
    "title": ("title", "salutation", "titel", "anrede", "titre", "civilite"),
    "given_name": ("firstname", "givenname", "forename", "first", "vorname", "prenom"),
    "family_name": ("lastname", "familyname", "surname", "last", "nachname", "familienname", "nom", "nomdefamille"),
    "full_name": ("name", "fullname", "nameinfull", "nomcomplet"),
    "email": ("email", "mail", "emailaddress", "mailaddress", "emailadresse", "courriel", "adressemail", "eadresse"),
    "born_on": ("born", "bornon", "birthdate", "dateofbirth", "dob", "birthday", "geboren", "geburtsdatum",
                "datedenaissance", "naissance", "nele"),
    "language": ("language", "sprache", "langue"),
    "joined_on": ("joined", "joinedon", "membersince", "joindate", "eintritt", "eintrittsdatum", "mitgliedseit",
                  "adhesion", "datedadhesion", "membredepuis"),
    "organisation": ("company", "companyname", "employer", "organisation", "organization", "institution", "firma",
                     "arbeitgeber", "organisme", "employeur", "societe"),
    "position": ("position", "jobtitle", "function", "funktion", "poste", "fonction"),
    "street": ("address", "street", "address1", "addressline1", "strasse", "adresse", "anschrift", "rue"),
    "postcode": ("postal", "postcode", "postalcode", "zip", "zipcode", "plz", "postleitzahl", "codepostal"),
    "town": ("city", "town", "ort", "stadt", "wohnort", "ville"),
    "region": ("county", "region", "state", "province", "bundesland", "departement"),
    "country": ("country", "land", "pays", "countrycode"),
    "phone": ("phone", "phone1", "telephone", "tel", "mobile", "telefon", "handy", "portable"),
    "phone_2": ("phone2", "secondphone", "telefon2", "telephone2", "fax"),
    "website": ("web", "website", "homepage", "url", "siteweb", "webseite"),
}  # fmt: skip
MEANING: Final = {synonym: field for field, synonyms in SYNONYMS.items() for synonym in synonyms}


def folded(heading: str) -> str:
    """Letters and figures only: "E-Mail-Adresse" and "e_mail adresse" are the same."""
    text = unicodedata.normalize("NFKD", heading.casefold().replace("ß", "ss"))
    return "".join(letter for letter in text if letter.isascii() and letter.isalnum())


def guess(headings: list[str]) -> list[str]:
    """A field for each heading, "" where none fits. Each field is given once, to the first that means it."""
    taken: set[str] = set()
    guessed = []
    for heading in headings:
        field = MEANING.get(folded(heading), "")
        guessed.append(field if field not in taken else "")
        taken.add(field)
    return guessed
