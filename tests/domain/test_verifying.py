from domain.verifying import EVENT, LOOK_AT, UNVERIFIED


def test_who_did_not_find_the_event_is_told_everything_to_check() -> None:
    for part in ("segment.url", "CLARION_SEGMENT_WRITE_KEY", "enabled"):
        assert part in LOOK_AT


def test_what_is_not_verified_says_why_it_matters_and_what_to_do() -> None:
    assert "200 to a wrong key" in UNVERIFIED
    assert "`clarion connection verify`" in UNVERIFIED
    assert EVENT == "Clarion Test Event"
