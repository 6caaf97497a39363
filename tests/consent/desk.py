"""What administrators do on the console's pages of statements, for tests."""

from typing import Any

from django.test import Client

LIST = "/console/consent/statement/"
FACTS = {
    "kind": "consent",
    "purpose": "research",
    "basis": "consent",
    "recipients": "University of Galway\n\n  Institute of   Maps ",
    "asked_at": "both",
    "order": "4",
    "erase_after_days": "30",
}


def page(client: Client, path: str = "", status: int = 200) -> str:
    answer = client.get(f"{LIST}{path}")
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def post(client: Client, path: str, data: dict[str, Any] | None = None, status: int = 200) -> str:
    answer = client.post(f"{LIST}{path}", data or {}, follow=True)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def add(client: Client, **fields: Any) -> str:
    return post(client, "add/", {**FACTS, "name": "Member survey", "title": "May we ask you?", **fields})
