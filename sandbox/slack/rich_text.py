"""Block Kit's rich text: sections, lists, quotes and code, and the cells of a table."""

from sandbox.slack.checks import (
    anything,
    boolean,
    by_type,
    integer,
    listing,
    one_of,
    shape,
    string,
    url,
)
from sandbox.slack.limits import SECTION_TEXT_CHARACTERS_MAX, URL_CHARACTERS_MAX

_ITEMS_MAX = 1_000
_id = string(255)
_style = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))
_styled = {"style": _style}
_words = string(40_000)
_inline = by_type(
    {
        "text": shape({"type": anything, "text": _words}, _styled),
        "link": shape(
            {"type": anything, "url": url(URL_CHARACTERS_MAX)},
            {**_styled, "text": _words, "unsafe": boolean},
        ),
        "user": shape({"type": anything, "user_id": _id}, _styled),
        "usergroup": shape({"type": anything, "usergroup_id": _id}, _styled),
        "channel": shape({"type": anything, "channel_id": _id}, _styled),
        "emoji": shape({"type": anything, "name": _id}, {**_styled, "unicode": _id}),
        "broadcast": shape({"type": anything, "range": one_of("here", "channel", "everyone")}),
        "color": shape({"type": anything, "value": _id}),
        "date": shape(
            {"type": anything, "timestamp": integer(0, 9_999_999_999), "format": _id},
            {**_styled, "url": url(URL_CHARACTERS_MAX), "fallback": _words},
        ),
    },
)
_inlines = listing(_inline, _ITEMS_MAX, least=0)
_border = integer(0, 1)
_section = shape({"type": anything, "elements": _inlines})
_bordered = shape({"type": anything, "elements": _inlines}, {"border": _border})

rich_text_elements = listing(
    by_type(
        {
            "rich_text_section": _section,
            "rich_text_quote": _bordered,
            "rich_text_preformatted": _bordered,
            "rich_text_list": shape(
                {
                    "type": anything,
                    "style": one_of("bullet", "ordered"),
                    "elements": listing(by_type({"rich_text_section": _section}), _ITEMS_MAX),
                },
                {
                    "indent": integer(0, 8),
                    "offset": integer(0, 1_000_000),
                    "border": _border,
                },
            ),
        },
    ),
    _ITEMS_MAX,
)

table_cell = by_type(
    {
        "raw_text": shape({"type": anything, "text": string(SECTION_TEXT_CHARACTERS_MAX)}),
        "raw_number": shape({"type": anything, "value": anything}, {"text": _words}),
        "rich_text": shape({"type": anything, "elements": rich_text_elements}, {"block_id": _id}),
    },
)
