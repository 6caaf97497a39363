"""The description from which programs are built says exactly what is answered about choices."""

import os
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command

from ams.models import Individual
from consent.decide import give
from tests.ams.test_api_choices import CHOICES, key, put
from tests.consent import asked
from tests.consent.test_decide import how
from tests.consent.test_objection import notice

__all__ = ["key"]
pytestmark = pytest.mark.django_db


def test_the_description_says_exactly_what_is_answered(
    client: Any, ann: Individual, key: dict[str, str]
) -> None:
    """Each answer above, checked against the schema that programs are built from."""
    description = client.get("/api/schema/?format=json").json()
    version = asked.letter(double_opt_in=True)
    asked.newer(version)
    notice()
    give(ann, asked.statutes(), **how(ann))
    answers = [
        ("get", CHOICES, client.get(CHOICES, headers=key)),
        ("put", f"{CHOICES}{{slug}}/", put(client, key, "letter", answer="yes", version=2)),
        ("patch", f"{CHOICES}{{slug}}/", put(client, key, "statistics", "patch", answer="object", version=1)),
        ("put", f"{CHOICES}{{slug}}/", put(client, key, "letter", answer="yes", version=1)),
        ("put", f"{CHOICES}{{slug}}/", put(client, key, "letter", answer="object", version=2)),
        ("put", f"{CHOICES}{{slug}}/", put(client, key, "statutes", answer="no", version=1)),
        ("put", f"{CHOICES}{{slug}}/", put(client, key, "none", answer="no", version=1)),
        ("get", f"{CHOICES}{{slug}}/", client.get(f"{CHOICES}letter/", headers=key)),
        ("get", f"{CHOICES}history/", client.get(f"{CHOICES}history/", headers=key)),
    ]
    assert [answer.status_code for _method, _path, answer in answers] == [
        200, 200, 200, 409, 400, 409, 404, 200, 200,
    ]  # fmt: skip
    for method, path, answer in answers:
        check(description, description["paths"][path][method], answer)
    wanted = description["components"]["schemas"]["Answer"]
    assert wanted["required"] == ["answer", "version"]
    assert description["paths"][f"{CHOICES}{{slug}}/"]["put"]["security"] == [
        {"token": []},
        {"cookieAuth": []},
    ]


def test_the_description_leaves_nothing_to_guess(
    association: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", os.devnull)
    assert "Warning" not in capsys.readouterr().err


def check(description: dict[str, Any], operation: dict[str, Any], answer: Any) -> None:
    (schema,) = (
        each["schema"] for each in operation["responses"][str(answer.status_code)]["content"].values()
    )
    whole = {**strict(schema), "components": strict(description["components"])}
    jsonschema.Draft202012Validator(whole).validate(answer.json())


def strict(schema: Any) -> Any:
    """No property that is not described; OpenAPI 3.0 says "or null" in a word of its own."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: strict(each) for name, each in schema.items()}
    if made.get("type") == "object" and "properties" in made:
        made.setdefault("additionalProperties", False)
    if made.pop("nullable", False) is True:
        return {"anyOf": [made, {"type": "null"}]}
    return made
