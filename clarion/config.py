"""The shape of `config.toml`: every section and key, with its default."""

from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from clarion.logs import Format, Level
from domain.frequency import Rule
from domain.roles import RoleLists


class Account(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose campaigns these are, and the zone that dates without a zone are read in."""

    name: str = "Clarion"
    zone: str = "UTC"


class Data(Struct, frozen=True, forbid_unknown_fields=True):
    """Where everything is kept. `place` is what the file says, made absolute by `load`."""

    place: str = field(default="clarion-data", name="folder")
    free_bytes_min: int = 536_870_912
    keep_events_days: int = 0

    @property
    def folder(self) -> Path:
        """The folder of data."""
        return Path(self.place)


class IngestSource(Struct, frozen=True, forbid_unknown_fields=True):
    """One sender of events, with a key of its own among the secrets."""

    name: str
    kind: Literal["server", "browser", "webhook", "clevertap"] = "server"
    revoked: bool = False


class Ingest(Struct, frozen=True, forbid_unknown_fields=True):
    """The HTTP door for events and profiles."""

    host: str = "127.0.0.1"
    port: int = 8640
    body_bytes_max: int = 4_194_304
    waiting_bytes_max: int = 67_108_864
    lag_events_max: int = 200_000
    sources: tuple[IngestSource, ...] = ()


class Audience(Struct, frozen=True, forbid_unknown_fields=True):
    """What the columnar copy of the data, which audiences are asked of, may take of the machine."""

    memory_mb_max: int = 1_024
    threads_max: int = 2


class Segment(Struct, frozen=True, forbid_unknown_fields=True):
    """Where messages go, and how fast."""

    url: str = "https://api.segment.io"
    messages_per_second: int = 500
    requests_at_once_max: int = 4
    timeout_seconds: float = 10.0
    waiting_messages_max: int = 50_000


class Slack(Struct, frozen=True, forbid_unknown_fields=True):
    """Where marketers work. Channels are Slack's ids, not names."""

    mode: Literal["socket", "http", "off"] = "socket"
    api_url: str = "https://slack.com/api/"
    http_host: str = "127.0.0.1"
    http_port: int = 8641
    review_channel: str = ""
    alerts_channel: str = ""
    digest: str = "09:00"
    undo_seconds: int = 60


class Email(Struct, frozen=True, forbid_unknown_fields=True):
    """The mail server that takes letters to marketers; without a host there are none."""

    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    sender: str = field(default="", name="from")
    timeout_seconds: float = 15.0
    addresses: dict[str, str] = {}


class Review(Struct, frozen=True, forbid_unknown_fields=True):
    """Who must have read a campaign before it sends, and what is tried before that."""

    required: bool = True
    test_users: tuple[str, ...] = ()
    rehearse_days: int = 30


class Control(Struct, frozen=True, forbid_unknown_fields=True):
    """The control groups of the installation, in per cent of all users."""

    system_percent: int = 2
    groups: dict[str, int] = {}


class Frequency(Struct, frozen=True, forbid_unknown_fields=True):
    """How often one user is messaged, and how fast all of them, over all campaigns that count."""

    rules: tuple[Rule, ...] = ()
    dwell_minutes: int = 0
    messages_per_5_minutes: int = 0


class Log(Struct, frozen=True, forbid_unknown_fields=True):
    """What the daemon writes to its standard error."""

    level: Level = "info"
    format: Format = "text"


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """What a configuration file may say; a section or key that is left out has its default."""

    account: Account = Account()
    data: Data = Data()
    ingest: Ingest = Ingest()
    audience: Audience = Audience()
    segment: Segment = Segment()
    slack: Slack = Slack()
    email: Email = Email()
    review: Review = Review()
    roles: RoleLists = RoleLists()
    control: Control = Control()
    frequency: Frequency = Frequency()
    log: Log = Log()
