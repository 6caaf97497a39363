"""Signatures: bit-exact with public vectors, readable by the public library, and strict against all else (W01-W06)."""

import base64
import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from webhooks import sign

# The test key of the public libraries, and the one message whose signature they all agree on.
SHARED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, TIMESTAMP, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
V1 = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
# RFC 8032, 7.1, tests 1 and 2.
RFC_KEYS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "v1a,fldxM4gAKugP6nnt1hdz3sgGfZ6d99nzrMFnZOELIxbzEHoVmAb2ADpkJK7zgPePmPsle0zV9jSeGlHFG2NVAw==",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "v1a,7anDmyOh9LNskt5GJUTacHmbvyUkT0/S1jnxFAp+h2hcVXnQLWhtWA2+wP6vO0AUwEYP23IIZVuneGRhNj7hDQ==",
    ),
]


def private(seed: str) -> str:
    return "whsk_" + base64.b64encode(bytes.fromhex(seed)).decode()


def public(seed: str) -> str:
    return sign.public_of(private(seed))


PRIVATE = private(RFC_KEYS[0][0])
PUBLIC = sign.public_of(PRIVATE)


def message(*secrets: str, at: int = TIMESTAMP, body: bytes = BODY, message_id: str = ID) -> dict[str, str]:
    return sign.headers(message_id, at, body, [sign.signer(secret) for secret in secrets])


def refused(
    headers: dict[str, str | bytes], body: bytes = BODY, keys: tuple[str, ...] = (SHARED, PUBLIC)
) -> str:
    with pytest.raises(sign.SignatureRefused) as caught:
        sign.verify(headers, body, keys, now=TIMESTAMP)
    return caught.value.reason


def test_the_public_vector_of_v1_comes_out_bit_by_bit() -> None:
    assert message(SHARED) == {
        "webhook-id": ID,
        "webhook-timestamp": str(TIMESTAMP),
        "webhook-signature": V1,
    }


@pytest.mark.parametrize(("seed", "public_key", "signature"), RFC_KEYS)
def test_the_keys_of_rfc_8032_give_our_vectors_of_v1a(seed: str, public_key: str, signature: str) -> None:
    assert sign.public_of(private(seed)) == "whpk_" + base64.b64encode(bytes.fromhex(public_key)).decode()
    assert message(private(seed))["webhook-signature"] == signature


def test_the_public_library_verifies_what_we_sign() -> None:
    now = int(time.time())
    body = json.dumps({"type": "endpoint.test"}).encode()
    headers = message(PRIVATE, SHARED, at=now, body=body)
    assert Webhook(SHARED).verify(body, headers) == {"type": "endpoint.test"}
    with pytest.raises(WebhookVerificationError):
        Webhook(SHARED).verify(body + b" ", headers)


def test_the_public_library_verifies_new_secrets_too() -> None:
    secret, now = sign.new_shared(), int(time.time())
    assert Webhook(secret).verify(BODY, message(secret, at=now)) == {"test": 2432232314}


def test_both_signatures_are_ours_to_verify() -> None:
    headers = message(PRIVATE, SHARED)
    for key in (SHARED, PUBLIC):
        assert sign.verify(headers, BODY, [key], now=TIMESTAMP) == ID


def test_while_keys_are_changed_either_key_verifies_the_message() -> None:
    old, new = sign.new_private(), sign.new_private()
    headers = message(new, old, sign.new_shared(), SHARED)
    for key in (sign.public_of(old), sign.public_of(new), SHARED):
        assert sign.verify(headers, BODY, [key], now=TIMESTAMP) == ID
    assert refused(headers, keys=(sign.public_of(sign.new_private()),)) == "No signature fits."


def test_a_body_that_was_read_and_written_again_is_refused() -> None:
    headers = message(PRIVATE, SHARED)
    again = json.dumps(json.loads(BODY), separators=(",", ":")).encode()
    assert json.loads(again) == json.loads(BODY)
    assert again != BODY
    refused(headers, again)


@settings(deadline=None)
@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_one_changed_byte_is_refused(place: int, change: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= change
    refused(message(PRIVATE, SHARED), bytes(changed))


def test_another_id_or_another_time_is_refused() -> None:
    headers = message(PRIVATE, SHARED)
    refused(headers | {"webhook-id": "msg_other"})
    refused(headers | {"webhook-timestamp": str(TIMESTAMP + 1)})


@pytest.mark.parametrize(
    ("seconds", "fits"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)]
)
def test_a_message_is_good_for_five_minutes_either_way(seconds: int, fits: bool) -> None:
    headers = message(SHARED, at=TIMESTAMP + seconds)
    if fits:
        assert sign.verify(headers, BODY, [SHARED], now=TIMESTAMP) == ID
    else:
        assert refused(headers) == "The message is too old or from the future."


@pytest.mark.parametrize(
    "timestamp",
    [
        "nan",
        "inf",
        "-inf",
        "1e400",
        "0x10",
        " 1",
        "1 ",
        "1.5",
        "-1",
        "+1",
        "",
        "٣",
        "1_0",
        "9" * 400,
        "1\n",
        "0",
    ],
)
def test_a_time_that_is_no_plain_number_is_refused(timestamp: str) -> None:
    reason = refused(message(SHARED) | {"webhook-timestamp": timestamp})
    assert reason.startswith("The header webhook-timestamp") or timestamp == "0"


SIGNATURE = V1.split(",")[1]


@pytest.mark.parametrize(
    "signature",
    [
        "", " ", ",", "v1", "v1,", "v1a,", f"v1,{SIGNATURE},x", f"v2,{SIGNATURE}", f"v1a,{SIGNATURE}",
        f"v1 {SIGNATURE}",
        SIGNATURE, f"V1,{SIGNATURE}", f"v1,{SIGNATURE[:-1]}", f"v1,{SIGNATURE}=", f"v1,{SIGNATURE[:-2]}F=",
        f"v1,{SIGNATURE}\n", f"v1,{SIGNATURE}\u00e9", "v1,\u2460", "v1a,!!!!",
        "v1a," + "A" * 88, "v1a," + "A" * 86 + "==",
        " ".join(["v1,AAAA"] * 10_000), "\ud800", "v1,\x00",
    ],
)  # fmt: skip
def test_a_malformed_signature_is_refused_without_a_stumble(signature: str) -> None:
    refused(message(SHARED) | {"webhook-signature": signature})


def test_the_same_signature_in_another_spelling_is_refused() -> None:
    """Base64 has bits to spare at its end; who counts messages by their signature must not be fooled."""
    signature = message(PRIVATE)["webhook-signature"]
    assert signature.endswith("Aw==")
    other = f"{signature[:-3]}x=="
    assert base64.b64decode(other[4:]) == base64.b64decode(signature[4:])
    assert sign.verify(message(PRIVATE), BODY, [PUBLIC], now=TIMESTAMP) == ID
    refused(message(PRIVATE) | {"webhook-signature": other})


def test_many_signatures_are_not_tried_one_by_one() -> None:
    many = " ".join([*(["v1,AAAA"] * 20), V1])
    assert len(many) < sign.LONGEST_HEADER
    assert refused(message(SHARED) | {"webhook-signature": many}) == "There are too many signatures."


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_named(name: str) -> None:
    headers = message(SHARED)
    del headers[name]
    assert name in refused(headers)


def test_headers_as_bytes_and_in_capitals_are_read_alike() -> None:
    headers: dict[str, str | bytes] = {
        name.title(): value.encode() for name, value in message(SHARED).items()
    }
    assert sign.verify(headers, BODY, [SHARED], now=TIMESTAMP) == ID
    refused(headers | {"Webhook-Id": b"\xff\xfe"})


def test_a_body_that_is_not_utf8_is_signed_like_any_other() -> None:
    body = b"\xff\xfe\x00"
    assert sign.verify(message(SHARED, body=body), body, [SHARED], now=TIMESTAMP) == ID
    refused(message(SHARED), body)


@pytest.mark.parametrize("message_id", ["a.170", "", "a b", "a\n", "ä", "x" * 65])
def test_an_id_that_could_be_read_in_two_ways_is_never_signed(message_id: str) -> None:
    with pytest.raises(ValueError, match="message id"):
        message(SHARED, message_id=message_id)
    refused(message(SHARED) | {"webhook-id": message_id})


# The machine may be busy: only what comes out counts, not how long it took to invent it.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text() | st.binary()
    ),
    st.binary(),
)
def test_whatever_arrives_is_refused_and_never_crashes(headers: dict[str, str | bytes], body: bytes) -> None:
    refused(headers, body)


@pytest.mark.parametrize(
    "secret",
    [
        "", "whsec_", "whsec_AAAA", "whsec_" + "A" * 31, "whsec_" + base64.b64encode(bytes(23)).decode(),
        "whsec_" + base64.b64encode(bytes(65)).decode(), "whsk_AAAA", "whsk_" + base64.b64encode(bytes(64)).decode(),
        PUBLIC, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ],
)  # fmt: skip
def test_a_key_of_the_wrong_kind_or_length_is_refused_without_showing_it(secret: str) -> None:
    with pytest.raises(ValueError, match="Not a") as caught:
        sign.signer(secret)
    assert not secret[8:] or secret[8:] not in str(caught.value)


@pytest.mark.parametrize("size", [24, 32, 64])
def test_shared_secrets_of_24_to_64_bytes_sign(size: int) -> None:
    secret = "whsec_" + base64.b64encode(bytes(size)).decode()
    assert sign.verify(message(secret), BODY, [secret], now=TIMESTAMP) == ID


def test_the_receivers_page_prints_the_same_vectors() -> None:
    """docs/webhooks.md is what receivers test against."""
    page = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
    assert ID in page
    assert BODY.decode() in page
    for key, signature in [(SHARED, V1), *((private(seed), signature) for seed, _, signature in RFC_KEYS)]:
        assert f"`{key}`" in page
        assert f"`{signature}`" in page
    for seed, _, _ in RFC_KEYS:
        assert public(seed) in page
