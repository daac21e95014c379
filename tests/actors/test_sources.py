from actors.sources import DEFAULT, Source, find

SOURCES = (Source(DEFAULT, keys=("a", "b")), Source("web", "browser", ("w",), revoked=True))


def test_a_key_says_who_sends_also_one_that_was_revoked() -> None:
    assert [find(SOURCES, key) for key in ("b", "w", "x", "", "\ud800")] == [
        SOURCES[0],
        SOURCES[1],
        None,
        None,
        None,
    ]


def test_two_sources_may_use_the_same_ids_and_the_default_ones_stay_as_they_are() -> None:
    assert [source.id_of("m1") for source in SOURCES] == ["m1", "web:m1"]


def test_no_key_is_shown() -> None:
    assert "secret" not in repr(Source("web", "webhook", ("secret-key",), "secret"))
