"""The words of an association: some marks are read, and nothing that could harm or hide."""

import pytest

from consent.rich import html, plain, problems

LETTER = "Our *monthly* letter:\n\n- news\n- **books**\n\nMore on [our site](https://example.org/news)."


def test_paragraphs_emphasis_lists_and_links_are_read() -> None:
    page = html(LETTER)
    assert "<p>Our <em>monthly</em> letter:</p>" in page
    assert "<li><strong>books</strong></li>" in page
    assert '<a href="https://example.org/news" rel="noopener">our site</a>' in page
    assert problems(LETTER) == []


def test_a_line_that_ends_ends_on_the_page_too() -> None:
    assert html("One\nTwo") == "<p>One<br />\nTwo</p>"


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "[click](JaVaScRiPt:alert(1))",
        "[click](&#106;avascript:alert(1))",
        "[click](data:text/html;base64,PHNjcmlwdD4=)",
        "[click](vbscript:x)",
        "![x](https://example.org/pixel.png)",
        '[click](https://example.org "x\\" onmouseover=\\"alert(1)")',
        "<https://example.org/\"onclick='alert(1)>",
        "[x]: javascript:alert(1)\n[x]",
        "[click](//example.org/x)",
        "[click](/console/)",
    ],
)
def test_nothing_harmful_becomes_a_tag(attack: str) -> None:
    page = html(attack)
    for harm in (
        "<script",
        "<img",
        'href="java',
        'href="data',
        'href="vb',
        'href="/',
        ' onmouseover="',
        " onclick=",
    ):
        assert harm not in page.lower()
    assert page  # it stands there as it was typed


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("# Big", "headings"),
        ("Big\n===", "headings"),
        ("    four", "code"),
        ("```\nx\n```", "code"),
        ("a `b` c", "code"),
        ("> said", "quotes"),
        ("a\n\n---\n", "lines"),
        ("![x](https://example.org/x.png)", "pictures"),
        ("a <b>c</b>", "HTML"),
        ("<div>x</div>", "HTML"),
        ("[x](javascript:alert(1))", "link"),
        ("[x](/console/)", "link"),
        ("pay \u202e01\u202c euro", "nobody can see"),
        ("a\u200bb", "nobody can see"),
        ("a\u200eb", "nobody can see"),
        ("\u3164", "nobody can see"),
        ("\u2800", "nobody can see"),
        ("a\U000e0041b", "nobody can see"),
        ("pay &#x202e;01 euro", "nobody can see"),
    ],
)
def test_what_is_not_for_a_statement_is_said(text: str, word: str) -> None:
    assert any(word in each for each in problems(text)), problems(text)
    assert "<h1" not in html(text)
    assert "<code" not in html(text)
    assert "<blockquote" not in html(text)


def test_each_trouble_is_said_once() -> None:
    assert len(problems("# One\n\n# Two")) == 1


def test_ordinary_letters_are_no_trouble() -> None:
    assert problems("5 < 6 & “quotes” \u2013 größer als früher; l\u2019été. 3 * 4 * 5") == []
    assert html("5 < 6 & 7") == "<p>5 &lt; 6 &amp; 7</p>"


def test_in_a_letter_a_link_stands_after_its_words() -> None:
    assert (
        plain(LETTER)
        == "Our monthly letter:\n\n- news\n- books\n\nMore on our site (https://example.org/news)."
    )


def test_in_a_letter_lists_keep_their_numbers_and_depth() -> None:
    assert plain("3. a\n4. b\n   - c\n\nd") == "3. a\n4. b\n  - c\n\nd"


def test_in_a_letter_an_address_stands_once() -> None:
    assert plain("<https://example.org/> <office@example.org>") == "https://example.org/ office@example.org"
    assert plain("Fish &amp; chips") == "Fish & chips"


def test_nothing_is_nothing() -> None:
    assert (html(""), plain(""), problems("")) == ("", "", [])
