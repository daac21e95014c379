from sandbox.slack.refusal import COMPLAINTS_MAX, Complaints, Refused


def test_a_refusal_has_slacks_shape() -> None:
    assert Refused("invalid_blocks", "too long").body() == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": ["too long"],
        "response_metadata": {"messages": ["[ERROR] too long"]},
    }


def test_a_refusal_without_details_is_short() -> None:
    assert Refused("channel_not_found").body() == {"ok": False, "error": "channel_not_found"}


def test_only_the_newest_complaints_are_kept() -> None:
    complaints = Complaints()
    for number in range(COMPLAINTS_MAX + 1):
        complaints.add(number, "views.open", "expired_trigger_id")
    assert len(complaints.listed()) == COMPLAINTS_MAX
    assert complaints.listed()[0].at == 1
