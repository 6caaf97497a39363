"""The demo's letter box: what was written to the folder can be read there, and does nothing there."""

from pathlib import Path

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from ams.demo import mail_page
from ams.demo.little_server import Asked

EVIL = '<html><head></head><body><script>alert(1)</script><a href="http://localhost/x">Open</a></body></html>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With two mails of one connection, as a worker writes them, and one of another."""
    backend = "django.core.mail.backends.filebased.EmailBackend"
    for subjects in (["First", "Second ö"], ["Third"]):
        connection = mail.get_connection(backend, file_path=str(tmp_path))
        connection.send_messages([letter(subject) for subject in subjects])
    return tmp_path


def letter(subject: str) -> EmailMultiAlternatives:
    text = f"{subject} <b>\n\nhttp://localhost:8000/join/confirm/?t=a&b=1.\n\n" + "-" * 79 + "x\n"
    message = EmailMultiAlternatives(subject, text, "office@esc.example", ["ann@example.org"])
    message.attach_alternative(EVIL, "text/html")
    return message


def get(folder: Path, path: str) -> str:
    return mail_page.respond(folder, Asked(path, {}, b"")).body.decode()


def test_every_mail_is_listed_with_its_reader(folder: Path) -> None:
    listed = get(folder, "/")
    assert all(subject in listed for subject in ("First", "Second ö", "Third"))
    assert listed.count("ann@example.org") == 3


def test_a_mail_is_text_with_links_that_can_be_followed(folder: Path) -> None:
    path = next(found.path for found in mail_page.letters(folder) if found["Subject"] == "Second ö")
    opened = get(folder, path)
    assert "Second ö &lt;b&gt;" in opened
    assert '<a href="http://localhost:8000/join/confirm/?t=a&amp;b=1" rel="noreferrer">' in opened
    assert "<script" not in opened


def test_the_mail_as_sent_is_in_a_sandbox_without_scripts(folder: Path) -> None:
    answer = mail_page.respond(folder, Asked(mail_page.letters(folder)[0].path + "/html", {}, b""))
    assert b"alert(1)" in answer.body
    assert "sandbox allow-popups" in answer.policy
    assert "allow-scripts" not in answer.policy
    assert "default-src 'none'" in answer.policy


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    assert "No mail yet" in get(tmp_path, "/")


@pytest.mark.parametrize("path", ["/../secret.log/0", "/x.log/0", "/%2e%2e/a.log/0", "/a/b"])
def test_nothing_else_can_be_read(folder: Path, path: str) -> None:
    (folder.parent / "secret.log").write_text("Date: Tue, 24 Nov 2026 10:00:00 +0000\n\nsecret")
    assert mail_page.respond(folder, Asked(path, {}, b"")).status == 404
