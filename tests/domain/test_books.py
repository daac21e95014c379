import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.books import Books, SkipReason

COUNTS = st.integers(0, 10**9)
SKIPPED = st.dictionaries(st.sampled_from(SkipReason), COUNTS)


@st.composite
def balanced_books(draw: st.DrawFn) -> Books:
    control, sent, pending = draw(COUNTS), draw(COUNTS), draw(COUNTS)
    skipped = draw(SKIPPED)
    qualified = control + sent + pending + sum(skipped.values())
    return Books(qualified=qualified, control=control, sent=sent, skipped=skipped, pending=pending)


def test_empty_books_balance() -> None:
    assert Books().balanced()


def test_every_place_counts() -> None:
    books = Books(
        qualified=10,
        control=1,
        sent=5,
        skipped={SkipReason.EXPIRED: 2, SkipReason.DEAD: 1},
        pending=1,
    )
    assert books.balanced()
    assert books.skipped_total() == 3


def test_a_lost_user_and_a_user_counted_twice_show() -> None:
    assert Books(qualified=2, sent=1).gap() == 1
    assert not Books(qualified=2, sent=1).balanced()
    assert Books(qualified=1, sent=1, pending=1).gap() == -1


def test_a_negative_count_never_balances() -> None:
    assert not Books(qualified=1, sent=2, pending=-1).balanced()


@given(balanced_books(), balanced_books())
def test_the_sum_of_balanced_books_balances(one: Books, other: Books) -> None:
    total = one + other
    assert total.balanced()
    assert total.qualified == one.qualified + other.qualified
    assert total.skipped_total() == one.skipped_total() + other.skipped_total()


@given(balanced_books())
def test_one_user_more_in_one_place_alone_is_noticed(books: Books) -> None:
    assert not (books + Books(sent=1)).balanced()
    assert not (books + Books(qualified=1)).balanced()
    assert not (books + Books(skipped={SkipReason.UNKNOWN: 1})).balanced()


def test_every_reason_has_a_sentence_of_its_own() -> None:
    sentences = {reason: reason.explain() for reason in SkipReason}
    assert len(set(sentences.values())) == len(SkipReason)
    assert all(text[0].isupper() and text.endswith(".") for text in sentences.values())
    assert all(reason.value == reason.name.lower() for reason in SkipReason)


def test_books_travel_as_json() -> None:
    books = Books(qualified=1, skipped={SkipReason.TOO_LARGE: 1})
    assert msgspec.json.decode(msgspec.json.encode(books), type=Books) == books
