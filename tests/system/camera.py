"""Takes the pictures of the documents: cut to what matters, without what moves, and small."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page

BYTES_MAX = 120_000
COLOURS = 192
"""Few enough for a small file; of a page's text and buttons nobody sees the difference."""
WIDTH_MAX = 640
BELOW = 14
EDGE = 3
"""So much less at the bottom: there the next thing on the page shows through."""
STILL_MS = 80
"""What has not moved for so long stands still."""
_LONG = "(height) => document.querySelectorAll('.modal').forEach(m => m.style.maxHeight = height)"
"""A form is longer than its window: a picture shows all of it."""
_DRAWN = "() => [...document.images].every(image => image.complete)"


class Camera:
    """Puts pictures into a folder; without one it takes none, so that a test can play the tour."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self.taken: list[str] = []

    def takes(
        self, name: str, *parts: Locator, down_to: Locator | None = None, width: float = WIDTH_MAX
    ) -> None:
        """Take a picture of the parts of a page, with whatever stands between them.

        `down_to`: not of what is below this.
        """
        if self._folder is None:
            return
        page = parts[0].page
        page.mouse.move(0, 0)
        page.evaluate(_LONG, "none")
        clip = _in_sight(page, parts, width)
        if down_to is not None and (last := down_to.bounding_box()) is not None:
            clip["height"] = last["y"] + last["height"] + BELOW - clip["y"]
        seen = page.screenshot(animations="disabled", caret="hide", clip=clip)
        page.evaluate(_LONG, "")
        path = self._folder / f"{name}.png"
        path.write_bytes(_small(seen))
        size = path.stat().st_size
        assert size <= BYTES_MAX, (
            f"{path} has {size:,} bytes; at most {BYTES_MAX:,} go into the house"
        )
        self.taken.append(name)


def _in_sight(page: Page, parts: tuple[Locator, ...], width: float) -> FloatRect:
    """Scroll to the parts and return where they are, once nothing moves them any more."""
    before = None
    while True:
        page.wait_for_function(_DRAWN)
        parts[-1].evaluate("part => part.scrollIntoView({block: 'end'})")
        page.wait_for_timeout(STILL_MS)
        clip = _around(page, parts, width)
        if clip == before and clip["height"] > 0:
            return clip
        before = clip


def _around(page: Page, parts: tuple[Locator, ...], width: float) -> FloatRect:
    boxes = [box for part in parts if (box := part.bounding_box()) is not None]
    seen = page.viewport_size
    assert boxes, "what a picture is taken of is on the page"
    assert seen is not None, "the page has a size"
    left, top = (min(box[side] for box in boxes) for side in ("x", "y"))
    left, top = max(left, 0), max(top, 0)
    right = min(max(box["x"] + box["width"] for box in boxes), left + width)
    bottom = max(box["y"] + box["height"] for box in boxes)
    return {
        "x": left,
        "y": top,
        "width": min(right, seen["width"]) - left,
        "height": min(bottom, seen["height"]) - top - EDGE,
    }


def _small(png: bytes) -> bytes:
    image = Image.open(io.BytesIO(png)).convert("RGB")
    few = image.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    made = io.BytesIO()
    few.save(made, "PNG", optimize=True)
    return made.getvalue()
