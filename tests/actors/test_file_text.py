import gzip
import hashlib
from pathlib import Path

import pytest

from actors import file_text

TEXT = "identity;by\nünal;Ås\n"


def read(path: Path, encoding: str = "") -> tuple[str, str]:
    with file_text.reading(path, encoding=encoding) as reading:
        return reading.lines.read(), reading.encoding


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (gzip.compress(TEXT.encode("utf-8-sig"), mtime=0), "utf-8-sig"),
    ],
    ids=["plain", "marked", "utf-16", "packed"],
)
def test_a_file_is_read_as_it_is_written(tmp_path: Path, content: bytes, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert read(path) == (TEXT, encoding)


def test_an_encoding_that_is_named_is_believed_and_a_mark_is_never_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode("cp1252"))
    assert read(path, "cp1252")[0] == TEXT
    path.write_bytes(TEXT.encode("utf-8-sig"))
    assert read(path, "utf8")[0] == TEXT


def test_what_is_no_text_and_what_is_nul_is_not_clean(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode("cp1252"))
    assert not file_text.is_clean(read(path)[0])
    assert not file_text.is_clean("a\0b")
    assert not file_text.is_clean("ü\0b")
    assert file_text.is_clean(TEXT)


@pytest.mark.parametrize("cut", [12, 30])
def test_what_is_cut_short_raises_what_is_named(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(TEXT.encode())[:cut])
    with pytest.raises(file_text.BROKEN):
        read(path)


def test_a_file_is_known_by_its_digest_and_progress_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * (file_text.CHUNK_BYTES + 5))
    assert file_text.identify(path) == file_text.Identity(
        hashlib.sha256(path.read_bytes()).hexdigest(), file_text.CHUNK_BYTES + 5
    )
    with file_text.reading(path) as reading:
        assert reading.at() <= file_text.CHUNK_BYTES
        reading.lines.read()
        assert reading.at() == file_text.CHUNK_BYTES + 5
