"""When two e-mail addresses are one, and how an address is written for a mail server: by IDNA 2008."""

import unicodedata

import idna


def normal_email(address: str) -> str:
    """Ann@Example.org and ann@example.org are one address, and so are both spellings of one domain.

    Not casefold(): it makes ss of ß, and straße.example is another domain than strasse.example.
    """
    return ascii_email(unicodedata.normalize("NFC", address.strip()).lower())


def ascii_email(address: str) -> str:
    """Left to itself Python writes domains by IDNA 2003: a letter to straße.example would go to strasse.example."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{ascii_domain(domain)}"


def ascii_domain(domain: str) -> str:
    """What is no domain by IDNA 2008 stays as it is."""
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain
