"""The step Who: the audience, as conditions that hold all or at least one.

One condition is open at a time; the others stand there in words. So the modal stays within Slack's
100 blocks however many there are.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct, structs

from actors.mail_names import Type
from bot.blocks import Block, actions, button, clip, context, option, plain, section
from bot.ids import ActionId
from bot.wizard.asking import Asking
from bot.wizard.kept import in_lines, kept_blocks, read_kept, write_kept
from bot.wizard.operands import Compared
from bot.wizard.reading import Reading
from bot.wizard.row import COMPARED_MAX, GROUPS, KINDS, WITH_COMPARISONS, Row, fresh_row
from bot.wizard.row_inputs import row_block, row_given, row_inputs, row_menu
from bot.wizard.row_places import NOBODY_OPEN, block_of, placed
from bot.wizard.rows import named_properties, row_of, say_row, typed
from bot.wizard.step import Given, Menu, Named, Page, Step, StepName, block_id
from domain.audience import EVERYONE, All, AnyOf, Node
from domain.campaign import Campaign
from domain.place import item, within
from domain.telling import describe_node

ROWS_MAX = 25
"""Their sentences, with the inputs of one and all problems, are within Slack's 100 blocks."""
WORDS_CHARS_MAX = 800
REACH_LIVE = (
    "*Estimated reach*: known only as events happen. Once it is drafted, *Rehearse* says how many"
    " it would have been lately."
)
REACH_NOT_YET = "*Estimated reach*: not counted yet."
_STEP = StepName.WHO
_MATCH = {"all": "All of these conditions hold", "any": "At least one of them holds"}
_CHANGE: Final = {"open": "Change", "remove": "Remove"}


class WhoValues(Struct, frozen=True):
    """What was entered; `kept` is a whole audience that no rows can say, as JSON.

    `next` is the number of the next row: none is given twice, because Slack keeps what stands in an
    input by its block. `open` is the row whose inputs are shown. `match` is also `only`: the one
    condition as it was pasted, not inside an "all".
    """

    rows: tuple[Row, ...] = ()
    match: str = "all"
    kept: str = ""
    open: int = NOBODY_OPEN
    next: int = 0


def _blocks(part: WhoValues, page: Page) -> list[Block]:
    ask = Asking(_STEP, page)
    also = "*And only if the user also fits* (optional)" if page.live else "*Conditions*"
    reach = REACH_LIVE if page.live else page.reach or REACH_NOT_YET
    first, _, steps = reach.partition("\n")  # in sight whatever is open below; the steps at the end
    shown = [section(first) | {"block_id": block_id(_STEP, "reach")}, section(also)]
    if part.kept:
        shown += kept_blocks(_STEP, "kept", describe_node(read_kept(part.kept, Node)))
        shown.append(actions([_save()]))
    else:
        shown += _conditions(part, ask, page)
    return [*shown, section(steps)] if steps else shown


def _conditions(part: WhoValues, ask: Asking, page: Page) -> list[Block]:
    shown: list[Block] = []
    for row in part.rows:
        if row.no == part.open and row.kind != "kept":
            shown += row_inputs(ask, row)
        else:
            shown.append(_in_words(row, page))
    if not part.rows:
        everyone = "everyone who does the event" if page.live else "every user"
        shown.append(context(f"Without a condition it is for {everyone}."))
    if len(part.rows) > 1:
        shown += ask.select("match", "A user fits if", _MATCH, part.match)
    adding = [_adding()] if len(part.rows) < ROWS_MAX else []
    deeds = [*adding, *([_save()] if part.rows else [])]
    shown.append(actions(deeds) | {"block_id": row_block("add", part.next)})
    return shown


def _in_words(row: Row, page: Page) -> Block:
    """Return a closed row: its sentence, what is wrong with it, and what can be done."""
    block = row_block("row", row.no)
    mark = ":paperclip: " if row.kind == "kept" else "• "
    node = say_row(row, Reading(), block_of(row))
    told = clip(in_lines(describe_node(node)), WORDS_CHARS_MAX)
    said = page.problems.get(block, "")
    wrong = f"\n:warning: {clip(said, WORDS_CHARS_MAX)}" if said else ""
    deeds = {"remove": "Remove"} if row.kind == "kept" else _CHANGE
    choices = [option(words, f"{deed}.{row.no}") for deed, words in deeds.items()]
    menu: Block = {"type": "overflow", "action_id": f"{ActionId.ROW}_menu", "options": choices}
    return section(f"{mark}{told}{wrong}") | {"block_id": block, "accessory": menu}


def _save() -> Block:
    return button("Save as an audience", ActionId.SAVE_WHO, "who")


def _adding() -> Block:
    """Return the menu that adds a row; its block is another each time, so that none is chosen."""
    return {
        "type": "static_select",
        "action_id": f"{ActionId.ROW}_add",
        "placeholder": plain("Add a condition"),
        "option_groups": [
            {
                "label": plain(group),
                "options": [option(words, f"add.{kind}") for kind, words in kinds.items()],
            }
            for group, kinds in GROUPS.items()
        ],
    }


def done(part: WhoValues, deed: str) -> WhoValues:
    """Return the rows after a deed: `add.KIND`, or one with a row, such as `open.NO`."""
    what, _, about = deed.partition(".")
    if what == "add" and about in KINDS and len(part.rows) < ROWS_MAX:
        fresh = fresh_row(part.next, about)
        return structs.replace(
            part, rows=(*part.rows, fresh), open=fresh.no, next=part.next + 1, match=_joined(part)
        )
    row = next((row for row in part.rows if str(row.no) == about), None)
    match what:
        case _ if row is None:
            return part
        case "open":
            return structs.replace(part, open=row.no)
        case "close":
            return structs.replace(part, open=NOBODY_OPEN)
        case "remove":
            rows = tuple(each for each in part.rows if each is not row)
            return structs.replace(part, rows=rows)
        case "compare" if row.kind in WITH_COMPARISONS and len(row.where) < COMPARED_MAX:
            number = max((each.no for each in row.where), default=-1) + 1
            where = (*row.where, Compared(number, "os" if row.kind == "device" else ""))
        case "uncompare":
            where = row.where[:-1]
        case _:
            return part
    # A number that was taken away may come again: what Slack keeps of its inputs is read anew.
    fresh = structs.replace(row, where=where)
    return structs.replace(part, rows=tuple(fresh if e is row else e for e in part.rows))


def closes_wrong(deed: str, problems: Mapping[str, str]) -> bool:
    """Tell whether a deed closes a row with which something is wrong: it stays open, and says so.

    `problems`: of the rows after the deed, so that those of this one are at its sentence.
    """
    what, _, number = deed.partition(".")
    return what == "close" and block_id(_STEP, f"row_{number}") in problems


def opened_at(part: WhoValues, problems: Mapping[str, str]) -> WhoValues | None:
    """Return the rows with one open that has problems; None: what is open, or nothing, has them."""
    closed = {row_block("row", row.no): row for row in part.rows if row.kind != "kept"}
    if not problems or any(block not in closed for block in problems):
        return None
    row = next(row for block, row in closed.items() if block in problems)
    return structs.replace(part, open=row.no)


def _joined(part: WhoValues) -> str:
    return "all" if part.match == "only" else part.match


def _read(part: WhoValues, given: Given) -> WhoValues:
    match = given.get(block_id(_STEP, "match"), part.match)
    rows = tuple(row_given(row, given) if row.no == part.open else row for row in part.rows)
    return structs.replace(part, rows=rows, match=match if isinstance(match, str) else part.match)


def _say(part: WhoValues, _live: bool, reading: Reading) -> dict[str, Any]:
    return {"who": _who(part, reading)}


def _who(part: WhoValues, reading: Reading) -> Node:
    if part.kept:
        kept: Node = read_kept(part.kept, Node)
        return kept
    nodes = tuple(say_row(row, reading, block_of(row, part.open)) for row in part.rows)
    if part.match == "only" and len(nodes) == 1:
        return nodes[0]
    return AnyOf(nodes) if part.match == "any" and nodes else All(nodes)


def _fill(campaign: Campaign) -> WhoValues:
    """Return the audience as rows; what they cannot say, or not exactly, is kept."""
    who = campaign.who
    if who == EVERYONE:
        return WhoValues()
    match who:
        case All(of):
            nodes, match = of, "all"
        case AnyOf(of):
            nodes, match = of, "any"
        case _:
            nodes, match = (who,), "only"
    if not nodes or len(nodes) > ROWS_MAX:
        return WhoValues(kept=write_kept(who))
    rows = tuple(row_of(node, no) for no, node in enumerate(nodes))
    return WhoValues(rows, match, next=len(rows))


def _place(part: WhoValues, where: str) -> str:
    if not within(where, "who"):
        return ""
    for index, row in enumerate(part.rows):
        place = "who" if part.match == "only" else item("who.of", index)
        if within(where, place):
            return placed(row, where[len(place) + 1 :], block_of(row, part.open))
    return row_block("add", part.next)


def _menu(part: WhoValues, block: str) -> Menu | None:
    found = (row_menu(row, block) for row in part.rows if row.no == part.open)
    return next(found, None)


def _names_of(part: WhoValues) -> tuple[Named, ...]:
    return tuple(
        Named(name, event)
        for row in part.rows
        if row.no == part.open
        for event, name in named_properties(row)
    )


def _learn(part: WhoValues, types: Callable[[Named], tuple[Type, ...]]) -> WhoValues:
    def of(event: str, name: str) -> tuple[Type, ...]:
        return types(Named(name, event))

    rows = tuple(typed(row, of) if row.no == part.open else row for row in part.rows)
    return structs.replace(part, rows=rows)


STEP = Step(_STEP, "Who", _blocks, _read, _say, _fill, _place, _menu, _names_of, _learn)
