"""`make screenshots`: plays whole lives in Chromium, and draws the pictures of the documents anew.

It also counts what the lives cost a person, prints the table and puts it into its page. With
`--look FOLDER` the pictures go there, and no document changes.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import trio

from tests.chromium import CHROMIUM
from tests.system.camera import Camera
from tests.system.tour.live import cart_reminder
from tests.system.tour.past import win_back
from tests.system.tour.scene import play
from tests.system.tour.simple import thank_you
from tests.system.tour.table import put, table
from tests.system.tour.tasks import ten_tasks

DOCS = Path(__file__).parents[2] / "docs"
IMAGES = DOCS / "images"
EFFORT = DOCS / "reference/effort.md"


def main(arguments: list[str]) -> int:
    """Draw every picture; return 1 if something is in the way."""
    if CHROMIUM is None:
        sys.stderr.write("Debian's chromium is not installed: apt-get install chromium\n")
        return 1
    if shutil.which("fc-list") is None or not _draws_emoji():
        sys.stderr.write("No font draws emoji here: apt-get install fonts-noto-color-emoji\n")
        return 1
    look = Path(arguments[1]) if arguments[:1] == ["--look"] and len(arguments) > 1 else None
    folder = look or IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    camera = Camera(folder)
    logbook = trio.run(play, camera, thank_you, win_back, cart_reminder, ten_tasks)
    made = table(logbook.laps)
    sys.stdout.write(f"{made}\n")
    if look is None:
        for picture in IMAGES.glob("*.png"):
            if picture.stem not in camera.taken:
                picture.unlink()
        put(EFFORT, made)
    return 0


def _draws_emoji() -> bool:
    return bool(subprocess.check_output(["fc-list", ":color=true", "family"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
