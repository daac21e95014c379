"""The form that takes a custom list: its name, and a file that somebody chooses."""

from typing import Any

from msgspec import Struct

from bot.blocks import section
from bot.ids import ActionId, Field, ViewId
from bot.inputs import Errors, file_input, input_block, modal, select, text_input
from bot.refs import Memo, write_memo
from store.names import NAME_CHARS_MAX, BadName, clean

FILE_TYPES = ("csv",)
ENCODINGS = {
    "": "As the file says; UTF-8 if it says nothing",
    "cp1252": "Windows, Western Europe (cp1252)",
    "cp1250": "Windows, Central Europe (cp1250)",
    "cp1251": "Windows, Cyrillic (cp1251)",
}
AS_IT_SAYS = "as_it_says"
"""What stands for no encoding: an option's value has a character at least."""


class ListFile(Struct, frozen=True):
    """What was entered: the list's name, and Slack's file of this id and name."""

    name: str
    file: str
    file_name: str
    encoding: str


def list_form(memo: Memo, name: str = "") -> dict[str, Any]:
    """Return the form."""
    blocks = [
        section(
            "A list is a CSV file with a column `Identity`: the ids of users, one a row. Only users"
            " who are known become members. A list of this name is replaced; if the file fails, it"
            " stays as it is."
        ),
        input_block(
            Field.NAME,
            "Name of the list",
            text_input(name, placeholder="Fair visitors", chars_max=NAME_CHARS_MAX),
        ),
        input_block(
            Field.FILE,
            "File",
            file_input(FILE_TYPES),
            hint="CSV, at most 10 MB. A column Type may say i for a user, g for a device.",
        ),
        input_block(
            Field.ENCODING,
            "Encoding",
            select({value or AS_IT_SAYS: words for value, words in ENCODINGS.items()}, AS_IT_SAYS),
            hint="Where letters such as ö come out wrong, the program that saved it had another.",
        ),
    ]
    return modal(
        ViewId.IMPORT_LIST, "Import a list", blocks, submit="Import", memo=write_memo(memo)
    )


def read_list_form(view: dict[str, Any]) -> ListFile | Errors:
    """Return what was entered, or what is wrong with it, by input."""
    entered = view["state"]["values"]
    name = clean(str(entered[Field.NAME][ActionId.VALUE].get("value") or ""))
    files = entered[Field.FILE][ActionId.VALUE].get("files") or []
    chosen = entered[Field.ENCODING][ActionId.VALUE].get("selected_option") or {}
    encoding = str(chosen.get("value") or "")
    errors: Errors = {}
    if isinstance(name, BadName):
        errors[Field.NAME.value] = f"{name.what} {name.fix}"
    file_id, file_name = _only(files)
    if not file_id:
        errors[Field.FILE.value] = "Choose one file."
    elif file_name.rpartition(".")[2].lower() not in FILE_TYPES:
        errors[Field.FILE.value] = f"“{file_name[:80]}” is no CSV file: save it as CSV first."
    if errors or isinstance(name, BadName):
        return errors
    return ListFile(name, file_id, file_name, encoding if encoding in ENCODINGS else "")


def _only(files: Any) -> tuple[str, str]:
    """Return the id and the name of the one file that was chosen; empty if it is not one."""
    if not isinstance(files, list) or len(files) != 1 or not isinstance(files[0], dict):
        return "", ""
    return str(files[0].get("id") or ""), str(files[0].get("name") or "")
