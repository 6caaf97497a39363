"""Which field a heading means: guessed from its words in the association's languages, then shown before anything."""

import unicodedata
from typing import Final

from django.utils.translation import gettext_lazy as _

from privacy.declarations import Text

FIELDS: Final[dict[str, Text]] = {
    "member_number": _("Member number"),
    "title": _("Title"),
    "given_name": _("First name"),
    "middle_name": _("Middle name"),
    "family_name": _("Last name"),
    "full_name": _("Whole name"),
    "email": _("E-mail"),
    "email_2": _("Second e-mail"),
    "born_on": _("Date of birth"),
    "language": _("Language"),
    "joined_on": _("Member since"),
    "organisation": _("Employer or organisation"),
    "department": _("Department"),
    "position": _("Position"),
    "street": _("Street"),
    "street_2": _("Second line of the address"),
    "postcode": _("Postcode"),
    "town": _("Town"),
    "region": _("Region"),
    "country": _("Country"),
    "phone": _("Phone"),
    "phone_2": _("Second phone"),
    "website": _("Website"),
}
DATES: Final = ("born_on", "joined_on")
WHOLE_NAME: Final = ("given_name", "family_name", "full_name")

# A salutation ("Frau") is no title. Address books number their columns: "E-mail 1 - Value".
SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "member_number": ("membernumber", "memberno", "memberid", "membershipnumber", "membershipno", "mitgliedsnummer",
                      "mitgliedsnr", "mitgliednr", "mitglnr", "mgnr", "numeroadherent", "numerodadherent",
                      "numeromembre", "numerodemembre"),
    "title": ("title", "nameprefix", "prefix", "titel", "akademischertitel", "titre"),
    "given_name": ("firstname", "givenname", "forename", "first", "vorname", "prenom"),
    "middle_name": ("middlename", "additionalname", "middle", "weiterevornamen", "zweitervorname", "deuxiemeprenom"),
    "family_name": ("lastname", "familyname", "surname", "last", "nachname", "familienname", "nom", "nomdefamille"),
    "full_name": ("name", "fullname", "nameinfull", "displayname", "nomcomplet", "vollername", "nomaffiche"),
    "email": ("email", "mail", "emailaddress", "mailaddress", "emailadresse", "courriel", "adressemail", "eadresse",
              "email1value", "email1address", "emailhome", "homeemail", "emailprivat", "adressedemessagerie",
              "adresseelectronique"),
    "email_2": ("email2", "email2value", "email2address", "email2adresse", "secondemail", "emailwork", "workemail",
                "adressedemessagerie2"),
    "born_on": ("born", "bornon", "birthdate", "dateofbirth", "dob", "birthday", "geboren", "geburtsdatum",
                "geburtstag", "gebdatum", "datedenaissance", "naissance", "nele", "anniversaire"),
    "language": ("language", "sprache", "langue"),
    "joined_on": ("joined", "joinedon", "membersince", "joindate", "eintritt", "eintrittsdatum", "mitgliedseit",
                  "adhesion", "datedadhesion", "membredepuis"),
    "organisation": ("company", "companyname", "employer", "organisation", "organization", "institution", "firma",
                     "arbeitgeber", "organisme", "employeur", "societe", "organization1name", "organizationname"),
    "department": ("department", "abteilung", "service", "organization1department", "organizationdepartment"),
    "position": ("position", "jobtitle", "function", "funktion", "poste", "fonction", "organization1title",
                 "organizationtitle"),
    "street": ("address", "street", "address1", "addressline1", "strasse", "adresse", "anschrift", "rue",
               "address1street", "homestreet", "homeaddress", "strasseprivat", "ruedomicile", "streethome"),
    "street_2": ("address2", "addressline2", "street2", "homestreet2", "address1extendedaddress", "adresszusatz",
                 "strasseprivat2", "complementdadresse"),
    "postcode": ("postal", "postcode", "postalcode", "zip", "zipcode", "plz", "postleitzahl", "codepostal",
                 "address1postalcode", "homepostalcode", "postleitzahlprivat", "codepostaldomicile", "ziphome"),
    "town": ("city", "town", "ort", "stadt", "wohnort", "ville", "address1city", "homecity", "ortprivat",
             "villedomicile", "cityhome"),
    "region": ("county", "region", "state", "province", "bundesland", "departement", "address1region", "homestate",
               "bundeslandkantonprivat", "statehome"),
    "country": ("country", "land", "pays", "countrycode", "address1country", "homecountry", "homecountryregion",
                "landregionprivat", "paysregiondomicile", "countryhome"),
    "phone": ("phone", "phone1", "telephone", "tel", "mobile", "telefon", "handy", "portable", "phone1value",
              "homephone", "primaryphone", "phonehome", "telefonprivat", "telephonedomicile"),
    "phone_2": ("phone2", "secondphone", "telefon2", "telephone2", "fax", "phone2value", "mobilephone",
                "phonemobile", "mobiltelefon", "telmobile"),
    "website": ("web", "website", "homepage", "url", "siteweb", "webseite", "website1value", "webpage", "pageweb"),
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


def understood(headings: list[str]) -> int:
    """How many of them mean something."""
    return sum(map(bool, guess(headings)))


def says_who(columns: list[str]) -> bool:
    """Without a name, and an e-mail or a number, nobody is entered."""
    return bool(set(WHOLE_NAME) & set(columns) and {"email", "member_number"} & set(columns))
