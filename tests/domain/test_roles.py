from domain.roles import CALLED, IMPLIED, OPEN, Role, RoleLists, held

ANA, BEN, GROUP = "U0ANA", "U0BEN", "S0TEAM"


def test_while_nobody_is_named_everyone_looks_writes_and_approves_and_no_more() -> None:
    assert held(RoleLists(), frozenset({ANA})) == OPEN | {Role.ADMIN}
    assert held(RoleLists(admins=(BEN,)), frozenset({ANA})) == OPEN


def test_without_an_admin_only_marketers_stand_in() -> None:
    assert Role.ADMIN not in held(RoleLists(marketers=(BEN,)), frozenset({ANA}))
    assert Role.ADMIN in held(RoleLists(marketers=(BEN,)), frozenset({BEN}))


def test_a_role_that_is_given_is_nobody_elses() -> None:
    lists = RoleLists(approvers=(ANA,))
    assert Role.APPROVER in held(lists, frozenset({ANA}))
    assert Role.APPROVER not in held(lists, frozenset({BEN}))
    assert Role.MARKETER in held(lists, frozenset({BEN}))


def test_a_role_brings_what_it_implies_and_nothing_beside() -> None:
    closed = RoleLists(*((GROUP,),) * 5)
    assert held(closed, frozenset({BEN})) == frozenset()
    for role in Role:
        names = {"viewers": (), "marketers": (), "approvers": (), "privacy": (), "admins": ()}
        given = dict.fromkeys(names, ("S0OTHER",)) | {_key(role): (ANA,)}
        assert held(RoleLists(**given), frozenset({ANA})) == {role} | IMPLIED[role]


def test_members_of_a_group_have_what_the_group_has() -> None:
    lists = RoleLists(privacy=(GROUP,))
    assert lists.groups == {GROUP}
    assert Role.PRIVACY in held(lists, frozenset({BEN, GROUP}))
    assert Role.PRIVACY not in held(lists, frozenset({BEN}))


def test_ids_are_read_in_capitals_as_slack_writes_them() -> None:
    assert Role.ADMIN in held(RoleLists(admins=("u0ana",)), frozenset({ANA}))


def test_every_role_has_words_for_a_refusal() -> None:
    assert set(CALLED) == set(Role) == set(IMPLIED)


def _key(role: Role) -> str:
    return "privacy" if role is Role.PRIVACY else f"{role}s"
