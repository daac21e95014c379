from bot.ids import ActionId, Field, ViewId, numbered


def test_a_condition_has_its_own_block_for_each_of_its_fields() -> None:
    assert len({numbered(field, row) for field in Field for row in range(3)}) == 3 * len(Field)


def test_no_name_is_longer_than_slack_takes() -> None:
    assert all(len(name) <= 240 for names in (ActionId, Field, ViewId) for name in names)
