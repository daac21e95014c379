from pathlib import Path
from typing import Any

import pytest

from clarion.config import IngestSource
from clarion.secrets_file import load_secrets
from clarion.source_secrets import SourceSecret, double_keys, load, source_variable

WEB, HOOK = IngestSource("web", "browser"), IngestSource("my-hook", "webhook")
KEY, SECRET = "web-key-1", "secret-2x"


def wrong(*sources: IngestSource, environ: Any = None, file: Any = None) -> list[str]:
    _, problems = load(sources, environ or {}, file or {}, "secrets.toml")
    assert all(problem.fix for problem in problems)
    return [problem.where for problem in problems]


def test_keys_come_from_the_environment_before_the_file() -> None:
    file = {"web": {"key": "from-the-file"}, "my-hook": {"key": KEY, "secret": SECRET}}
    found, problems = load([WEB, HOOK], {"CLARION_SOURCE_WEB_KEY": KEY}, file, "f")
    assert problems == []
    assert found == (SourceSecret("web", KEY), SourceSecret("my-hook", KEY, SECRET))


def test_a_webhook_needs_a_secret_too_and_a_revoked_source_nothing() -> None:
    assert source_variable("my-hook", "key") == "CLARION_SOURCE_MY_HOOK_KEY"
    assert wrong(HOOK) == ["CLARION_SOURCE_MY_HOOK_KEY", "CLARION_SOURCE_MY_HOOK_SECRET"]
    assert wrong(WEB) == ["CLARION_SOURCE_WEB_KEY"]
    assert wrong(IngestSource("old", revoked=True)) == []


@pytest.mark.parametrize("key", ["short", "with space", "with:colon", "k" * 501, "schlüssel"])
def test_a_key_that_cannot_be_one_is_named_and_not_shown(key: str) -> None:
    _, (problem,) = load([WEB], {"CLARION_SOURCE_WEB_KEY": key}, {}, "f")
    assert problem.where == "CLARION_SOURCE_WEB_KEY"
    assert key not in str(problem)


@pytest.mark.parametrize(
    ("file", "where"),
    [
        ({"wep": {"key": KEY}}, "secrets.toml, sources.wep"),
        ({"web": "x"}, "secrets.toml, sources.web"),
        ({"web": {"kee": KEY}}, "secrets.toml, sources.web.kee"),
        ({"web": {"key": 7}}, "secrets.toml, sources.web.key"),
    ],
)
def test_what_the_file_has_in_the_wrong_place_is_named(file: Any, where: str) -> None:
    assert wrong(WEB, environ={"CLARION_SOURCE_WEB_KEY": KEY}, file=file) == [where]


def test_one_key_for_two_would_tell_nobody_apart() -> None:
    assert double_keys([KEY, KEY])
    assert not double_keys([KEY, SECRET])


def test_with_sources_of_their_own_keys_the_shared_keys_may_be_absent(tmp_path: Path) -> None:
    write_key = {"CLARION_SEGMENT_WRITE_KEY": "write"}
    environ = {**write_key, "CLARION_SOURCE_WEB_KEY": KEY}
    secrets, problems = load_secrets(environ, tmp_path, "off", [WEB])
    assert problems == []
    assert secrets.values == ("write", KEY)
    assert KEY not in repr(secrets)
    both = {**environ, "CLARION_INGEST_KEYS": KEY}
    assert [p.where for p in load_secrets(both, tmp_path, "off", [WEB])[1]] == [
        "CLARION_INGEST_KEYS"
    ]


def test_the_file_of_secrets_has_a_table_for_each_source(tmp_path: Path) -> None:
    path = tmp_path / "secrets.toml"
    path.write_text(f'segment_write_key = "w"\n[sources.web]\nkey = "{KEY}"\n')
    path.chmod(0o600)
    secrets, problems = load_secrets({}, tmp_path, "off", [WEB])
    assert (problems, secrets.sources) == ([], (SourceSecret("web", KEY),))
    path.write_text('segment_write_key = "w"\nsources = "x"\n')
    assert "secrets.toml, sources" in load_secrets({}, tmp_path, "off", [WEB])[1][0].where
