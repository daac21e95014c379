import pytest

from sandbox.slack.files import Files
from sandbox.slack.refusal import NotPossible, Refused
from sandbox.slack.workspace import ANA, BEN
from tests.sandbox.slack.bots import Clock


@pytest.fixture
def files(clock: Clock) -> Files:
    names = iter("abcdefgh")
    return Files(clock, lambda: next(names) * 24)


def test_a_file_shows_its_kind_only_when_it_is_ready(files: Files, clock: Clock) -> None:
    file = files.announce("reach.png", 3)
    assert files.fill(file.key, b"png")
    files.complete(file.id, None)
    assert not files.is_ready(file.id)
    assert files.json(file, "http://x")["mimetype"] == ""
    clock.seconds += 1
    assert files.is_ready(file.id)
    assert files.is_ready(f"http://x/files/{file.id}/reach.png")
    assert files.json(file, "http://x")["mimetype"] == "image/png"


def test_bytes_of_another_length_are_not_taken(files: Files) -> None:
    file = files.announce("a.txt", 3)
    assert not files.fill(file.key, b"four")


def test_a_file_without_bytes_cannot_be_completed(files: Files) -> None:
    file = files.announce("a.txt", 3)
    with pytest.raises(Refused, match="file_not_found"):
        files.complete(file.id, None)


def test_an_empty_or_enormous_file_is_refused(files: Files) -> None:
    for length in (0, 10_000_001):
        with pytest.raises(Refused, match="invalid_arguments"):
            files.announce("a.txt", length)


def test_a_file_of_a_person_is_there_at_once_and_theirs(files: Files) -> None:
    file = files.upload(ANA, "our list.csv", b"Identity\n")
    assert files.is_ready(file.id)
    assert files.of(ANA) == [file]
    assert files.of(BEN) == []
    shown = files.json(file, "http://x")
    assert (shown["user"], shown["mimetype"], shown["size"]) == (ANA, "text/csv", 9)
    assert shown["url_private_download"] == f"http://x/files/{file.id}/our%20list.csv"


@pytest.mark.parametrize(("name", "content"), [("", b"x"), ("a", b""), ("a", b"x" * 10_000_001)])
def test_a_file_that_slack_would_not_take_from_a_person_is_not_possible(
    files: Files, name: str, content: bytes
) -> None:
    with pytest.raises(NotPossible):
        files.upload(ANA, name, content)
