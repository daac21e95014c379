from actors.file_layout import Layout, What, lay_out
from actors.file_types import Column, Kind
from domain.problem import Problem


def laid_out(what: What, *names: str, every_row_is: str = "") -> Layout | list[Problem]:
    columns = [Column(name, Kind.TEXT, given=False) for name in names]
    return lay_out(what, columns, every_row_is=every_row_is)


def test_columns_that_mean_something_are_found_by_any_of_their_names() -> None:
    found = laid_out("events", "Event", "userId", "TIMESTAMP", "messageId", "revenue", "type")
    assert isinstance(found, Layout)
    assert (found.event, found.user, found.time, found.id) == (0, 1, 2, 3)
    assert found.values == (4, 5)


def test_what_means_something_in_one_kind_of_file_is_a_trait_in_another() -> None:
    found = laid_out("profiles", "identity", "time", "event", "id", "type", "anonymousId")
    assert isinstance(found, Layout)
    assert found.values == (1, 2, 3, 4, 5)
    of_list = laid_out("list", "Type", "Identity", "note")
    assert isinstance(of_list, Layout)
    assert (of_list.type, of_list.user) == (0, 1)


def test_everything_that_is_missing_is_named_at_once_with_what_is_there() -> None:
    found = laid_out("events", "who", "what")
    assert isinstance(found, list)
    assert [each.what.split("“")[1].split("”")[0] for each in found] == [
        "identity",
        "time",
        "event",
    ]
    assert "who, what" in found[0].what


def test_a_file_of_one_event_needs_no_column_for_it() -> None:
    found = laid_out("events", "anonymousId", "time", "event", every_row_is="Bought")
    assert isinstance(found, Layout)
    assert (found.device, found.event, found.values) == (0, None, (2,))


def test_columns_that_differ_only_in_their_types_are_refused() -> None:
    """The last would take the place of the others, and nobody would know."""
    names = [Column("identity", Kind.TEXT, given=False), Column("n", Kind.TEXT, given=False)]
    found = lay_out("profiles", [*names, Column("n", Kind.NUMBER, given=True)])
    assert isinstance(found, list)
    assert [(each.where, each.line) for each in found] == [("header", 1)]
    assert "“n”" in found[0].what


def test_a_header_with_a_type_that_there_is_not_is_told_what_to_write() -> None:
    columns = [
        Column("identity", Kind.TEXT, given=False),
        Column("age:int", Kind.TEXT, given=False),
        Column("x:int", Kind.TEXT, given=True),
    ]
    found = lay_out("profiles", columns)
    assert isinstance(found, list)
    assert [(each.line, each.fix) for each in found] == [
        (1, "Write “age:number”; if the colon is the name's own: “age:int:text”.")
    ]
