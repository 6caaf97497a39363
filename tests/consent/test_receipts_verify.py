"""A receipt is checked without us: what is whole passes, and of what was changed the first fault is named."""

import json
import re
import subprocess
import sys
import zlib
from base64 import b64encode
from collections.abc import Callable
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, seed
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from ams.models import Association, Individual
from consent.decide import give, withdraw
from consent.models import Decision
from consent.receipts import verify
from consent.receipts.build import found
from consent.receipts.paper import as_pdf
from consent.receipts.sheet import sheet_of
from consent.receipts.sign import signed, with_signature
from consent.receipts.verify import NotGenuine, check, key_of
from privacy.signing import public_key
from privacy.tenancy import speaking_for
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db
PROGRAM = Path(verify.__file__)
OFTEN = hypothesis(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def receipt(ann: Individual) -> bytes:
    """Ann said yes, no, and yes to newer words."""
    version = asked.letter()
    give(ann, version, **how(ann))
    withdraw(ann, version, **how(ann))
    return of(give(ann, asked.newer(version), **how(ann)))


@pytest.fixture
def key(receipt: bytes) -> bytes:
    return public_key()


@pytest.fixture
def pdf(receipt: bytes) -> bytes:
    kept = found(Decision.objects.order_by("-at").first().pk)  # type: ignore[union-attr]  # the fixture has three
    assert kept
    return as_pdf(sheet_of(kept), receipt)


def of(decision: Decision) -> bytes:
    kept = found(decision.pk)
    assert kept
    return signed(kept)


def fault(data: bytes, key: bytes | None = None) -> str:
    with pytest.raises(NotGenuine) as wrong:
        check(data, key)
    return str(wrong.value)


def forged(receipt: bytes, change: Callable[[dict[str, Any]], object]) -> tuple[bytes, bytes]:
    """Changed and signed anew, by somebody who has the key: and that key."""
    content = json.loads(receipt)
    del content["ams:signature"], content["ams:signedBy"]
    change(content)
    own = Ed25519PrivateKey.generate()
    return json.dumps(with_signature(content, own, "")).encode(), own.public_key().public_bytes_raw()


# What is whole


def test_a_receipt_is_genuine_under_the_published_key(receipt: bytes, key: bytes) -> None:
    checked = check(receipt, key)

    assert [past.act for past in checked.past] == ["given", "withdrawn", "given"]
    assert checked.publisher == "Example Society of Clinicians"
    assert checked.text == "Letter, now with offers, in full, in en."
    assert verify.in_one_line(checked).startswith("Genuine. “Letter, now with offers”, version 2: given on ")


def test_without_a_key_it_is_whole_and_says_what_to_compare(receipt: bytes, key: bytes) -> None:
    told = verify.in_one_line(check(receipt))

    assert "whose key it is you must compare" in told
    assert verify.key_id(key) in told
    assert "http://testserver/privacy/take/key/" in told


def test_it_may_be_laid_out_anew(receipt: bytes, key: bytes) -> None:
    pretty = json.dumps(json.loads(receipt), indent=2).replace("\n", "\r\n")

    assert check(f"\ufeff{pretty}\r\n".encode(), key) == check(receipt, key)


def test_the_pdf_carries_the_same_receipt(receipt: bytes, pdf: bytes, key: bytes) -> None:
    assert verify.attached(pdf) == receipt
    assert check(pdf, key) == check(receipt, key)


def test_it_verifies_by_the_program_of_the_documentation(receipt: bytes, key: bytes, tmp_path: Path) -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "receipts.md").read_text()
    (program,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(program.splitlines()) <= 15
    (tmp_path / "check.py").write_text(program)

    def run(data: bytes) -> subprocess.CompletedProcess[str]:
        (tmp_path / "receipt.json").write_bytes(data)
        command = [sys.executable, "check.py", "receipt.json", b64encode(key).decode()]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert run(receipt).stdout == "genuine: May we? Letter, now with offers\n"
    assert run(receipt.replace(b"now with offers", b"now with orders")).returncode == 1


# The program alone


def alone(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROGRAM), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={}, cwd="/")


def test_the_program_needs_nothing_of_ours(receipt: bytes, pdf: bytes, key: bytes, tmp_path: Path) -> None:
    (tmp_path / "receipt.json").write_bytes(receipt)
    (tmp_path / "receipt.pdf").write_bytes(pdf)
    (tmp_path / "key").write_text(b64encode(key).decode())

    for file in ("receipt.json", "receipt.pdf"):
        for given_key in (key.hex(), b64encode(key).decode(), tmp_path / "key"):
            done = alone(tmp_path / file, "--key", given_key)
            assert (done.returncode, done.stderr) == (0, "")
            assert done.stdout.startswith("Genuine. ")
    assert "must compare" in alone(tmp_path / "receipt.json").stdout
    imports = re.findall(r"^(?:from|import) (\w+)", PROGRAM.read_text(), re.MULTILINE)
    assert set(imports) - {*sys.stdlib_module_names} == {"cryptography"}


def test_the_program_says_in_one_line_what_is_wrong(receipt: bytes, tmp_path: Path) -> None:
    (tmp_path / "receipt.json").write_bytes(receipt.replace(b"now with offers", b"now with orders"))

    done = alone(tmp_path / "receipt.json")

    assert done.returncode == 1
    assert done.stderr == f"receipt.json: {verify.CHANGED}\n"
    assert alone(tmp_path / "nothing.json").stderr == "nothing.json: No such file or directory\n"


def test_the_command_knows_the_keys_of_the_associations_here(
    receipt: bytes, key: bytes, sister: Association, tmp_path: Path
) -> None:
    with speaking_for(sister.pk):
        public_key()
    file = tmp_path / "receipt.json"
    file.write_bytes(receipt)

    assert told_by_command(file).startswith("Genuine. ")
    assert told_by_command(file, key=key.hex()).startswith("Genuine. ")
    with pytest.raises(CommandError, match=re.escape(verify.OTHER_KEY)):
        told_by_command(file, key="00" * 32)
    file.write_bytes(receipt.replace(b"offers", b"orders"))
    with pytest.raises(CommandError, match=re.escape(verify.CHANGED)):
        told_by_command(file)
    elsewhere, _own = forged(receipt, lambda content: content)
    file.write_bytes(elsewhere)
    assert "must compare" in told_by_command(file)


def told_by_command(file: Path, **options: str) -> str:
    out = StringIO()
    call_command("verify_receipt", str(file), stdout=out, **options)
    return out.getvalue()


# What is not whole


def test_the_first_fault_is_named(receipt: bytes, key: bytes) -> None:
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()

    assert fault(receipt, other) == verify.OTHER_KEY
    assert fault(receipt.replace(b"now with offers", b"now with orders"), key) == verify.CHANGED
    assert fault(b"nothing of the kind") == verify.UNREADABLE
    assert fault(b"") == verify.UNREADABLE
    assert fault(b'{"a": 1}') == verify.NOT_ONE
    assert fault(b"[]") == verify.NOT_ONE
    assert fault(b" " * (verify.MOST + 1)) == verify.TOO_LONG


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda notice, _record: notice["ams:version"]["wordings"]["en"].update(title="Else"), verify.WORDS),
        (
            lambda notice, _record: notice["ams:version"]["wordings"]["de"].update(title="Else"),
            verify.VERSION,
        ),
        (lambda notice, _record: notice["ams:version"].update(recipients=["Nobody"]), verify.VERSION),
        (lambda _notice, record: record["dpv:hasConsentStatus"].reverse(), verify.ORDER),
        (lambda _notice, record: record["dpv:hasConsentStatus"].pop(), verify.LAST),
        (lambda _notice, record: record["dpv:hasConsentStatus"].clear(), verify.NOT_ONE),
        (lambda _notice, record: record["dpv:hasConsentStatus"][0].pop("ams:act"), verify.NOT_ONE),
        (lambda notice, _record: notice.update({"dct:language": "xx"}), verify.NOT_ONE),
    ],
)
def test_even_a_right_signature_does_not_cover_for_what_does_not_fit(
    receipt: bytes, change: Callable[[Any, Any], object], told: str
) -> None:
    def alter(content: dict[str, Any]) -> None:
        record = content["dpv:hasRecordOfActivity"]
        change(record["dpv:hasNotice"], record)

    assert check(*forged(receipt, lambda content: content)).is_known_key
    assert fault(*forged(receipt, alter)) == told


@seed(27560)
@OFTEN
@given(data=st.data())
def test_a_changed_byte_anywhere_is_noticed(receipt: bytes, key: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(receipt) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != receipt[at]))
    changed = receipt[:at] + bytes([byte]) + receipt[at + 1 :]
    try:
        check(changed, key)
    except NotGenuine:
        return
    assert json.loads(changed) == json.loads(receipt)  # the same content, written in another way


@seed(27560)
@OFTEN
@given(data=st.data())
def test_a_changed_field_anywhere_is_noticed(receipt: bytes, key: bytes, data: st.DataObject) -> None:
    content = json.loads(receipt)
    place = content
    while isinstance(place, dict | list) and place:
        holder = place
        name = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        place = place[name]
    before = deepcopy(holder[name])
    holder[name] = data.draw(
        st.one_of(
            st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.text()), st.just({})
        ).filter(lambda value: value != before or type(value) is not type(before))
    )

    with pytest.raises(NotGenuine):
        check(json.dumps(content).encode(errors="surrogatepass"), key)


@OFTEN
@given(junk=st.binary(max_size=300), head=st.sampled_from([b"", b"%PDF-1.7 ", b"{", b'{"dct:conformsTo":']))
def test_whatever_is_handed_in_gets_an_answer(junk: bytes, head: bytes) -> None:
    with pytest.raises(NotGenuine):
        check(head + junk)


def test_what_two_readers_could_read_in_two_ways_is_refused(receipt: bytes, key: bytes) -> None:
    twice = receipt.replace(b'{"@context"', b'{"dct:publisher":"Mallory","@context"', 1)
    assert json.loads(twice) == json.loads(receipt)

    assert fault(twice, key) == verify.UNREADABLE
    assert (
        fault(receipt.replace(b'"ams:versionNumber":1', b'"ams:versionNumber":1.0'), key) == verify.UNREADABLE
    )
    assert (
        fault(receipt.replace(b'"ams:versionNumber":1', b'"ams:versionNumber":NaN'), key) == verify.UNREADABLE
    )
    signature = json.loads(receipt)["ams:signature"].encode()
    assert fault(receipt.replace(signature, signature.upper()), key) == verify.CHANGED


def test_deep_and_hollow_ones_get_an_answer() -> None:
    assert fault(b'{"a":' * 100_000) == verify.UNREADABLE
    hollow = {"dct:conformsTo": [verify.KIND], "ams:signedBy": {"public_key": ""}}
    for content in ({}, {"ams:signedBy": None}, {"ams:signedBy": {"public_key": 7}}, hollow):
        assert fault(json.dumps({"dct:conformsTo": [verify.KIND]} | content).encode()) == verify.NOT_ONE


# Inside a PDF


def embedding(*contents: bytes) -> bytes:
    parts = [
        b"<</Type /EmbeddedFile/Length 1/Filter /FlateDecode>>\nstream\n"
        + zlib.compress(content)
        + b"\nendstream\n"
        for content in contents
    ]
    return b"%PDF-1.7\n" + b"".join(parts)


def test_a_pdf_with_two_receipts_or_none_is_refused(receipt: bytes, key: bytes) -> None:
    assert check(embedding(receipt), key)
    assert check(embedding(b"another file", receipt), key)

    assert fault(embedding(receipt, receipt), key) == verify.SEVERAL
    assert fault(embedding(b"another file"), key) == verify.UNREADABLE


def test_a_pdf_that_grows_without_end_is_stopped(receipt: bytes) -> None:
    assert fault(embedding(bytes(50_000_000))) == verify.TOO_LONG
    assert fault(embedding(bytes(1_500_000), bytes(1_500_000), receipt)) == verify.TOO_LONG


# Keys


def test_a_key_is_taken_in_each_form_in_which_it_is_handed_over(key: bytes, tmp_path: Path) -> None:
    text = b64encode(key).decode()
    answer = json.dumps({"keys": [{"algorithm": "ed25519", "public_key": text}]})
    (tmp_path / "key.json").write_text(answer)

    for handed in (text, f" {text}\n", key.hex(), key.hex().upper(), answer, str(tmp_path / "key.json")):
        assert key_of(handed) == key
    for handed in ("", "nothing", text[:-4], "{}", "00" * 31):
        with pytest.raises(NotGenuine, match=re.escape(verify.NO_KEY)):
            key_of(handed)
