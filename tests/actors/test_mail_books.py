from actors import mail, mail_books


def test_the_books_are_part_of_the_mail() -> None:
    assert mail.BooksView is mail_books.BooksView
    assert mail.RunView is mail_books.RunView
