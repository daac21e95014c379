"""What is typed after `/campaign audience` and opens a form: its trigger lasts 3 seconds."""

from slack_sdk import WebClient

from bot.audience_saving import AudienceSaving
from bot.line import Caller
from bot.list_listeners import ListListeners
from bot.quoted import first_word
from bot.sample_listeners import SampleListeners


class AudienceForms:
    """Opens the forms for lists and audiences."""

    def __init__(
        self, lists: ListListeners, saving: AudienceSaving, samples: SampleListeners
    ) -> None:
        self._lists = lists
        self._saving = saving
        self._samples = samples

    def opened(self, client: WebClient, trigger: str, caller: Caller, rest: str) -> bool:
        """Open the form that `rest` asks for, with the name after it; False: it asks for none."""
        command, name = first_word(rest)
        match command.casefold():
            case "import":
                self._lists.open(client, trigger, caller, name)
            case "save":
                self._saving.open(client, trigger, caller, name)
            case "export" if name:
                self._samples.open(client, trigger, caller, name)
            case _:
                return False
        return True
