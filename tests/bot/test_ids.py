from bot.ids import ActionId, Field, ViewId


def test_no_name_is_longer_than_slack_takes() -> None:
    assert all(len(name) <= 240 for names in (ActionId, Field, ViewId) for name in names)
