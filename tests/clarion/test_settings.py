from pathlib import Path

from clarion.config import Config
from clarion.settings import Settings, load, load_config

KEYS = {"CLARION_SEGMENT_WRITE_KEY": "write-key", "CLARION_INGEST_KEYS": "one-key-in"}
OFF = '[slack]\nmode = "off"\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    return path


def places(found: object) -> list[tuple[str, int | None]]:
    assert isinstance(found, list)
    return [(problem.where, problem.line) for problem in found]


def test_a_file_changes_what_it_names_and_the_rest_has_its_default(tmp_path: Path) -> None:
    path = write(tmp_path, f'[account]\nzone = "Europe/Oslo"\n{OFF}')
    settings = load(path, KEYS)
    assert isinstance(settings, Settings)
    assert (settings.account.zone, settings.ingest) == ("Europe/Oslo", Config().ingest)
    assert settings.secrets.ingest_keys == ("one-key-in",)


def test_a_relative_folder_of_data_is_beside_the_file(tmp_path: Path) -> None:
    settings = load(write(tmp_path, f'[data]\nfolder = "kept"\n{OFF}'), KEYS)
    assert isinstance(settings, Settings)
    assert settings.data.folder == tmp_path / "kept"


def test_problems_of_shape_of_values_and_of_secrets_come_together_with_their_lines(
    tmp_path: Path,
) -> None:
    text = '[acount]\n[account]\nzone = "Mars"\n[ingest]\nport = "80"\n[slack]\nmode = "off"\n'
    assert places(load(write(tmp_path, text), {})) == [
        ("acount", 1),
        ("account.zone", 3),
        ("ingest.port", 5),
        ("CLARION_SEGMENT_WRITE_KEY", None),
        ("CLARION_INGEST_KEYS", None),
    ]


def test_a_wrong_mode_of_slack_is_one_problem_and_not_five(tmp_path: Path) -> None:
    assert places(load(write(tmp_path, '[slack]\nmode = "on"\n'), KEYS)) == [("slack.mode", 2)]


def test_the_daemon_needs_its_channels_and_the_command_line_does_not(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    tokens = {"CLARION_SLACK_BOT_TOKEN": "xoxb-1", "CLARION_SLACK_APP_TOKEN": "xapp-1"}
    found = load(path, KEYS | tokens)
    assert [where for where, _ in places(found)] == ["slack.review_channel", "slack.alerts_channel"]
    assert isinstance(load_config(path), Config)


def test_secrets_cannot_stand_in_the_configuration(tmp_path: Path) -> None:
    path = write(tmp_path, f'[secrets]\nsegment_write_key = "x"\n{OFF}')
    assert places(load(path, KEYS)) == [("secrets", 1)]


def test_a_file_that_is_not_there_or_not_toml_is_named(tmp_path: Path) -> None:
    gone = tmp_path / "gone.toml"
    assert places(load_config(gone)) == [(str(gone), None)]
    path = write(tmp_path, "[account\n")
    assert places(load_config(path)) == [(str(path), 1)]


def test_no_secret_shows_in_the_settings(tmp_path: Path) -> None:
    assert "write-key" not in repr(load(write(tmp_path, OFF), KEYS))
