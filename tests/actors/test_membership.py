from typing import get_args

import pytest

from actors import mail
from actors.mail import Approve, Request
from actors.mail_audience import ExportAudience, SaveAudience
from actors.mail_content import Preview, TestSend
from actors.mail_files import BeginFile, EndFile
from actors.mail_forms import DropForm, KeepForm, ShowForm
from actors.mail_limits import LowerCap
from actors.mail_names import FindNames
from actors.mail_people import EraseUser, SuppressUser
from actors.mail_shelf import Archive, Clone, Undo
from actors.mail_trust import (
    ConfirmConnection,
    DropAside,
    PauseAll,
    RetryAside,
    VerifyConnection,
)
from actors.membership import NEEDS, Membership, needed
from domain.roles import Role, RoleLists

ANA, BEN, TEAM = "U0ANA", "U0BEN", "S0TEAM"


def only(role: Role) -> Membership:
    """A house in which Ana has one role and every other role is somebody else's."""
    keys = {each: "privacy" if each is Role.PRIVACY else f"{each}s" for each in Role}
    others: dict[str, tuple[str, ...]] = dict.fromkeys(keys.values(), ("U0OTHER",))
    return Membership(RoleLists(**others | {keys[role]: (ANA,)}))


EVERYBODY = set(Role)
WRITERS = {Role.MARKETER, Role.ADMIN}
SAFE = {*WRITERS, Role.APPROVER}
OF_WRITERS = (
    mail.Draft, mail.Submit, mail.Publish, mail.Resume, mail.SendSample, mail.RaiseLimit,
    mail.SkipRun, Clone, Archive, SaveAudience, TestSend, VerifyConnection,
    ConfirmConnection, KeepForm, ShowForm, DropForm, BeginFile, EndFile,
)  # fmt: skip
MATRIX: dict[type, set[Role]] = {
    kind: roles
    for roles, kinds in (
        (EVERYBODY, [each for each in get_args(Request) if "by" not in each.__annotations__]),
        (WRITERS, OF_WRITERS),
        (SAFE, (mail.Pause, mail.Stop, LowerCap, PauseAll, Undo, Preview)),
        ({Role.APPROVER}, (mail.Approve, mail.RequestChanges)),
        ({Role.PRIVACY}, (SuppressUser, EraseUser)),
        ({Role.PRIVACY, Role.ADMIN}, (ExportAudience,)),
        ({*WRITERS, Role.PRIVACY}, (FindNames,)),
        ({Role.ADMIN}, (mail.AcceptClock, RetryAside, DropAside)),
    )
    for kind in kinds
}


def test_the_matrix_has_every_kind_of_request() -> None:
    assert set(MATRIX) == set(get_args(Request))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("kind", list(MATRIX))
def test_each_role_may_do_what_it_is_for_and_nothing_else(kind: type, role: Role) -> None:
    assert only(role).may(ANA, kind) == (role in MATRIX[kind])


def test_whatever_names_who_asks_needs_more_than_a_viewer() -> None:
    for kind in get_args(Request):
        assert (Role.VIEWER in needed(kind)) == ("by" not in kind.__annotations__), kind
    assert set(NEEDS) <= set(get_args(Request))


def test_a_refusal_names_the_people_to_ask_and_a_group_not_heard_of_yet() -> None:
    members = Membership(RoleLists(approvers=(BEN, TEAM)))
    refused = members.refusal(Approve("Win back", ANA))
    assert refused is not None
    assert refused.what == "You are not one of the approvers."
    assert (
        refused.fix == "Ask one of them: @U0BEN, the user group S0TEAM."
        " Who is in S0TEAM is not known yet: Slack has not said."
    )


def test_a_role_that_nobody_has_is_said_to_be_so_with_its_remedy() -> None:
    refused = Membership().refusal(EraseUser("u1", ANA, yes=True))
    assert refused is not None
    assert "config.toml" in refused.fix
    assert "privacy" in refused.fix


def test_members_of_a_group_come_and_go() -> None:
    members = Membership(RoleLists(approvers=(TEAM,)))
    assert not members.may(ANA, Approve)
    members.learn(TEAM, frozenset({ANA}))
    assert members.may(ANA, Approve)
    members.learn(TEAM, frozenset({BEN}))
    assert not members.may(ANA, Approve)


def test_the_configuration_itself_names_people_but_not_through_a_group() -> None:
    members = Membership(RoleLists(approvers=(TEAM,), admins=("u0ben",)))
    members.learn(TEAM, frozenset({ANA}))
    assert (members.names(BEN), members.names(ANA)) == (True, False)


def test_the_people_of_a_role_are_those_who_are_named_and_the_members_of_its_groups() -> None:
    members = Membership(RoleLists(approvers=(BEN, TEAM), admins=("U0CLEO",)))
    assert members.people(Role.APPROVER) == frozenset({BEN})
    members.learn(TEAM, frozenset({ANA}))
    assert members.people(Role.APPROVER) == frozenset({ANA, BEN})
    assert members.people(Role.ADMIN) == frozenset({"U0CLEO"})
    assert members.people(Role.PRIVACY) == frozenset()


def test_a_role_that_nobody_was_given_and_everyone_has_has_no_list_of_people() -> None:
    assert Membership().people(Role.APPROVER) is None
