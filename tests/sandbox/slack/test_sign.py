from slack_sdk.signature import SignatureVerifier

from sandbox.slack import sign
from tests.sandbox.slack.bots import SECRET

NOW = 1_800_000_000
BODY = b"command=%2Fcampaign"


class _At:
    def now(self) -> float:
        return float(NOW)


def accepted(headers: dict[str, str], body: bytes = BODY) -> bool:
    verifier = SignatureVerifier(SECRET, clock=_At())  # type: ignore[arg-type] # a still clock
    return verifier.is_valid_request(body, headers)


def test_the_official_verifier_accepts_what_is_signed() -> None:
    assert accepted(sign.signed(SECRET, NOW, BODY))


def test_it_refuses_another_secret() -> None:
    assert not accepted(sign.wrongly_signed(SECRET, NOW, BODY))


def test_it_refuses_what_was_signed_long_ago() -> None:
    assert not accepted(sign.signed_long_ago(SECRET, NOW, BODY))


def test_it_refuses_the_signature_of_another_body() -> None:
    assert not accepted(sign.signed_for_another_body(SECRET, NOW))
