from bot.settings import BotSettings

WITH_SECRETS = BotSettings(bot_token="xoxb-1", app_token="xapp-2", signing_secret="s3cret")


def test_the_repr_of_the_settings_shows_no_secret() -> None:
    shown = f"{WITH_SECRETS!r} {WITH_SECRETS}"
    assert not [secret for secret in WITH_SECRETS.secrets if secret in shown]
    assert "bot_token=<set>" in shown


def test_the_repr_tells_which_secret_is_missing() -> None:
    assert "app_token=<not set>" in repr(BotSettings())
