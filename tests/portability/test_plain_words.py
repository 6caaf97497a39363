"""What is printed are words: no code of the programme stands where a person reads."""

from pathlib import Path
from typing import Any, Final

import pytest
from django.db.models import CharField, Field

from ams.models import Individual, SentMail
from ams.personal_data.letters import KINDS_OF_LETTER
from consent.decide import give
from consent.models import Channel
from portability.ask import request_export
from portability.collect import collect
from privacy.declarations import Personal
from privacy.inventory import declarations
from privacy.ledger.kinds import CHANNELS
from privacy.requests.channels import CAME_BY
from tests.consent import asked

TEMPLATES: Final = Path(__file__).resolve().parents[2] / "templates"
# Words, names and numbers that people gave or read out.
READ_AS_THEY_ARE: Final = {
    "ams.invoice.number", "ams.invoice.currency", "ams.payment.currency", "privacy.request.reference",
}  # fmt: skip


def is_code(field: "Field[Any, Any]") -> bool:
    """Of the programme's own making: what people write is sealed, and then it is no plain CharField."""
    return type(field).__module__.startswith("django.") and isinstance(field, CharField)


def test_each_code_that_is_printed_has_words() -> None:
    codes = set()
    for label, declaration in declarations.by_label.items():
        for name, held in declaration.fields.items():
            field: Any = declaration.model._meta.get_field(name)
            if isinstance(held, Personal) and not held.data_only and is_code(field):
                codes.add(f"{label}.{name}")
                has_words = field.choices or declaration.words_of(name)
                assert has_words or f"{label}.{name}" in READ_AS_THEY_ARE, f"{label}.{name}"
    assert codes > READ_AS_THEY_ARE | {"ams.sentmail.template", "consent.decision.language"}


def test_each_letter_has_a_name() -> None:
    written = {str(path.relative_to(TEMPLATES).with_suffix("")) for path in TEMPLATES.glob("*/mail/*.txt")}
    assert len(written) > 15
    assert written <= KINDS_OF_LETTER.keys() | {"mail/base", "mail/button"}


def test_each_way_in_which_a_request_can_come_has_a_name() -> None:
    assert set(CHANNELS) == CAME_BY.keys()


@pytest.mark.django_db
def test_ann_reads_words(ann: Individual) -> None:
    version = asked.letter()
    give(ann, version, actor=ann.pk, channel=Channel.TAB, language="en")
    SentMail.objects.create(
        individual=ann, template="newsletters/mail/issue", purpose="letter", language="en", recipient=ann.email,
        subject="May", text="Hello",
    )  # fmt: skip
    export = request_export(ann, actor=ann.pk)
    type(export).objects.filter(pk=export.pk).update(state="collecting")
    texts = {
        f"{section.key}.{value.column.name}": value.text
        for section in collect(ann).held
        for record in section.records
        for value in record.told
    }
    assert texts["consent.decision.version"] == "Monthly letter, version 1"
    assert texts["consent.decision.language"] == texts["ams.sentmail.language"] == "English"
    assert texts["ams.sentmail.template"] == "newsletter"
    assert texts["portability.export.state"] == "being made"
    assert texts["privacy.request.channel"] == "these pages"
    for code in ("en", "collecting", "newsletters/mail/issue", "letter", "member"):
        assert code not in texts.values()
    assert "consent.decision.statement" not in texts
