from sandbox.slack import workspace


def test_three_marketers_live_in_three_time_zones() -> None:
    zones = {workspace.PEOPLE[user].zone for user in workspace.MARKETERS}
    assert len(zones) == 3


def test_a_direct_message_is_found_by_its_id_and_by_its_user() -> None:
    direct = workspace.direct_channel(workspace.ANA)
    assert workspace.find_channel(direct.id) == direct
    assert workspace.find_channel(workspace.ANA) == direct


def test_an_unknown_channel_is_not_found() -> None:
    assert workspace.find_channel("C0UNKNOWN1") is None


def test_a_user_carries_zone_and_name() -> None:
    user = workspace.user_json(workspace.PEOPLE[workspace.CHLOE])
    assert user["tz"] == "America/New_York"
    assert user["tz_offset"] in (-4 * 3600, -5 * 3600)
    assert user["profile"]["real_name"] == "Chloe Tran"


def test_a_channel_and_a_direct_message_look_different() -> None:
    channel = workspace.channel_json(workspace.CHANNELS[workspace.REVIEWS])
    direct = workspace.channel_json(workspace.direct_channel(workspace.BEN))
    assert channel["name"] == "campaign-reviews"
    assert direct["is_im"]
    assert direct["user"] == workspace.BEN
