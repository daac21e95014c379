from domain.audience import All, CustomList, Did, Not
from domain.telling_saved import tell_saved

WHO = All((Did("Bought", days=30), Not(CustomList("Staff"))))


def test_what_a_campaign_keeps_is_told_whole() -> None:
    heading, text = tell_saved("Buyers", WHO, version=2, latest=2)
    assert heading == 'Saved audience "Buyers", as of version 2'
    assert text.splitlines() == [
        "  all of these:",
        '    did "Bought" at least once in the last 30 days',
        '    not: in the list "Staff"',
    ]


def test_that_it_has_changed_since_is_said() -> None:
    heading, _ = tell_saved("Buyers", WHO, version=2, latest=5)
    assert heading.endswith("as of version 2; it is at version 5 now")
