from pathlib import Path

from clarion.secrets_file import Secrets, load_secrets

NOTHING: dict[str, str] = {}
ALL = {
    "CLARION_SLACK_BOT_TOKEN": "xoxb-bot",
    "CLARION_SLACK_APP_TOKEN": "xapp-app",
    "CLARION_SLACK_SIGNING_SECRET": "signing",
    "CLARION_SEGMENT_WRITE_KEY": "write",
    "CLARION_INGEST_KEYS": "one-key-in, two-key-in,",
}


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def test_every_secret_may_come_from_the_environment(tmp_path: Path) -> None:
    secrets, problems = load_secrets(ALL, tmp_path, "http")
    assert problems == []
    assert secrets == Secrets(
        "xoxb-bot", "xapp-app", "signing", "write", ("one-key-in", "two-key-in")
    )


def test_what_is_missing_is_said_at_once_and_by_the_mode_of_slack(tmp_path: Path) -> None:
    missing = {
        mode: [each.where for each in load_secrets(NOTHING, tmp_path, mode)[1]]
        for mode in ("socket", "http", "off")
    }
    always = ["CLARION_SEGMENT_WRITE_KEY", "CLARION_INGEST_KEYS"]
    assert missing == {
        "socket": ["CLARION_SLACK_BOT_TOKEN", "CLARION_SLACK_APP_TOKEN", *always],
        "http": ["CLARION_SLACK_BOT_TOKEN", "CLARION_SLACK_SIGNING_SECRET", *always],
        "off": always,
    }


def test_the_file_in_the_data_folder_is_read_and_the_environment_comes_first(
    tmp_path: Path,
) -> None:
    write(tmp_path / "secrets.toml", 'segment_write_key = "file"\ningest_keys = ["one-key-in"]\n')
    secrets, problems = load_secrets({"CLARION_INGEST_KEYS": "two-key-in"}, tmp_path, "off")
    assert (secrets.segment_write_key, secrets.ingest_keys, problems) == (
        "file",
        ("two-key-in",),
        [],
    )


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "keys.toml", 'segment_write_key = "file"\n', 0o640)
    secrets, (problem,) = load_secrets({"CLARION_SECRETS_FILE": str(path)}, tmp_path, "off")
    assert secrets.segment_write_key == ""
    assert "chmod 600" in problem.fix


def test_a_file_that_was_named_and_is_not_there_is_a_problem(tmp_path: Path) -> None:
    named = {"CLARION_SECRETS_FILE": str(tmp_path / "gone.toml")}
    _, (problem,) = load_secrets(named, tmp_path, "off")
    assert problem.what == "There is no such file."


def test_problems_of_the_file_have_lines_and_quote_no_value(tmp_path: Path) -> None:
    text = 'segment_write_kee = "hidden"\nslack_bot_token = 1234567\ningest_keys = "hidden"\n'
    write(tmp_path / "secrets.toml", text)
    _, problems = load_secrets(NOTHING, tmp_path, "off")
    assert [problem.line for problem in problems] == [1, 2, 3]
    assert not [p for p in problems if "hidden" in str(p) or "1234567" in str(p)]


def test_exchanged_tokens_and_keys_that_cannot_be_sent_are_refused(tmp_path: Path) -> None:
    wrong = ALL | {
        "CLARION_SLACK_BOT_TOKEN": "xapp-app",
        "CLARION_SEGMENT_WRITE_KEY": "two words",
        "CLARION_INGEST_KEYS": "a-key:with-colon",
    }
    _, problems = load_secrets(wrong, tmp_path, "socket")
    assert [problem.where for problem in problems] == [
        "CLARION_SLACK_BOT_TOKEN",
        "CLARION_SEGMENT_WRITE_KEY",
        "CLARION_INGEST_KEYS",
    ]


def test_secrets_show_only_which_are_set(tmp_path: Path) -> None:
    secrets, _ = load_secrets({"CLARION_SEGMENT_WRITE_KEY": "write"}, tmp_path, "off")
    assert "write'" not in repr(secrets)
    assert "segment_write_key=<set>" in repr(secrets)
    assert "ingest_keys=<not set>" in repr(secrets)
    assert secrets.values == ("write",)


def test_an_ingest_key_that_can_be_guessed_is_refused(tmp_path: Path) -> None:
    environ = {**ALL, "CLARION_INGEST_KEYS": "a-long-enough-key,short"}
    _, problems = load_secrets(environ, tmp_path, "off")
    assert [(each.where, "short" in str(each)) for each in problems] == [
        ("CLARION_INGEST_KEYS", False)
    ]


def test_who_logs_in_at_the_mail_server_needs_its_password(tmp_path: Path) -> None:
    missing = [each.where for each in load_secrets(ALL, tmp_path, "off", logs_in=True)[1]]
    assert missing == ["CLARION_SMTP_PASSWORD"]
    given = ALL | {"CLARION_SMTP_PASSWORD": "correct horse battery"}
    secrets, problems = load_secrets(given, tmp_path, "off", logs_in=True)
    assert (secrets.smtp_password, problems) == ("correct horse battery", [])
    assert "horse" not in repr(secrets)
    assert "correct horse battery" in secrets.values
