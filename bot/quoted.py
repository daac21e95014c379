"""What is typed after a command, with or without quotes: phones make them curly by themselves."""

_QUOTES = frozenset(('""', "''", "``", "“”", "\u2018\u2019", "«»", "„“", "„”"))
_CLOSING = {pair[0]: {each[1] for each in _QUOTES if each[0] == pair[0]} for pair in _QUOTES}


def unquoted(text: str) -> str:
    """Return the text without the quotes around it; two quoted words one after the other stay."""
    text = text.strip()
    whole = len(text) > 1 and text[0] + text[-1] in _QUOTES
    if not whole or not {text[0], text[-1]}.isdisjoint(text[1:-1]):
        return text
    return text[1:-1].strip()


def first_word(text: str) -> tuple[str, str]:
    """Return the first word, or what its quotes hold, and what comes after it, both unquoted."""
    text = text.strip()
    closing = _CLOSING.get(text[:1], set())
    end = next((n for n, char in enumerate(text[1:], 1) if char in closing), None)
    if end is None or text[end + 1 : end + 2].strip():
        word, _, rest = text.partition(" ")
    else:
        word, rest = text[: end + 1], text[end + 1 :]
    return unquoted(word), unquoted(rest)
