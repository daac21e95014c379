import json

from bot.manifest import manifest
from tests.clarion.terminal import flat, run


def test_the_manifest_is_printed_for_a_socket_and_for_an_address() -> None:
    assert json.loads(run("slack", "manifest").stdout) == manifest()
    url = "https://clarion.example.com"
    assert json.loads(run("slack", "manifest", "--url", url).stdout) == manifest(url)


def test_slack_calls_https_only() -> None:
    refused = run("slack", "manifest", "--url", "http://clarion.example.com")
    assert refused.exit_code == 2
    assert "no https address" in flat(refused.stderr)
