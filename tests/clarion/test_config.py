from pathlib import Path

from clarion.config import Config, Data


def test_the_folder_of_data_is_a_path() -> None:
    assert Data(place="/srv/clarion").folder == Path("/srv/clarion")


def test_a_person_who_says_nothing_gets_reviews_and_a_door_on_this_machine_only() -> None:
    config = Config()
    assert config.review.required
    assert config.ingest.host == config.slack.http_host == "127.0.0.1"
