"""The plate of a page as a picture, shown where someone shares its link: blue enamel, 1200 × 630 points."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)
PAPER, BLUE, WHITE, INK = "#f8f4ea", "#14388c", "#fff", "#1d1b17"
FINER = 2  # drawn larger and then reduced, for smooth edges
PLATE = (30, 30, 1170, 600)
COLUMN = 250  # the width of the number's part
MARGIN = 62
SIZES = range(116, 43, -4)  # of the title, the largest that fits
Letters = ImageFont.FreeTypeFont
FONTS = Path(__file__).parent / "fonts"


@dataclass(frozen=True)
class Plate:
    """What a plate says: the title in both languages, a foot, perhaps a number and what it counts."""

    title: str
    twin: str
    foot: str
    number: str = ""
    label: str = ""
    is_announced: bool = False


# Two for each item, of 16 kB (30 kB at most): room for several objectives, and never more than some 30 MB.
@lru_cache(maxsize=1000)
def draw_plate(plate: Plate) -> bytes:
    """Return the plate as PNG."""
    image = Image.new("RGB", [side * FINER for side in SIZE], PAPER)
    draw = ImageDraw.Draw(image)
    colour = INK if plate.is_announced else WHITE
    (draw_dashes if plate.is_announced else draw_enamel)(draw)
    left, top, right, bottom = PLATE
    if plate.number:
        draw_number(draw, plate, BLUE if plate.is_announced else WHITE)
        left += COLUMN
    left, top, right, bottom = left + MARGIN, top + MARGIN - 14, right - MARGIN, bottom - MARGIN
    foot = font("Regular", 36)
    if (width := foot.getlength(plate.foot)) > (right - left) * FINER:
        foot = font("Regular", int(36 * (right - left) * FINER / width))
    draw.text((left * FINER, bottom * FINER), plate.foot, fill=colour, font=foot, anchor="ls")
    # The titles hang at the top, as on the page; the foot keeps its place.
    y: float = top
    for lines, letters, gap in fit(plate.title, plate.twin, right - left, bottom - 76 - top):
        y += gap
        for line in lines:
            draw.text((left * FINER, y * FINER), line, fill=colour, font=letters)
            y += height([line], letters)
    return png(image)


def fit(title: str, twin: str, width: int, space: int) -> list[tuple[list[str], Letters, int]]:
    """Return (lines, letters, gap above) of both titles, as large as fits in the space, or cut."""
    for size in SIZES:
        large, small = font("SemiBold", size), font("Regular", max(34, size // 2))
        gap = size // 4
        # Without breaking lines, which takes long where there are many words.
        if (
            size != SIZES[-1]
            and gap
            + sum(least_height(text, letters, width) for text, letters in ((title, large), (twin, small)))
            > space
        ):
            continue
        lines, twin_lines = wrap(title, large, width), wrap(twin, small, width)
        fits = all(large.getlength(line) <= width * FINER for line in lines)
        if fits and height(lines, large) + gap + height(twin_lines, small) <= space:
            break
    else:
        lines = cut(lines, 4)
        twin_lines = cut(twin_lines, 3)
    return [(lines, large, 0), (twin_lines, small, gap)]


def least_height(text: str, letters: Letters, width: int) -> float:
    """Return how high a text is at least, however its lines are broken.

    A line of it may lack the blank that it is broken at, and signs may stand closer together than alone.
    """
    lines = letters.getlength(text.replace(" ", "")) * 0.98 / (width * FINER)
    return max(1, int(lines)) * letters.size * 1.12 / FINER


def wrap(text: str, letters: Letters, width: int) -> list[str]:
    """Return `text` in as few lines as the width allows, of about the same length."""
    words = text.split(" ")  # A no-break space stays where it is.
    widths = {word: letters.getlength(word) for word in {*words, " "}}
    lines = filled(words, letters, width * FINER, widths)
    for part in range(95, 40, -5):
        narrower = filled(words, letters, width * FINER * part / 100, widths)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def filled(words: list[str], letters: Letters, width: float, widths: dict[str, float]) -> list[str]:
    """Return the words in lines of this width; `widths` has that of each word and of the blank.

    Only where their sum does not tell is a line measured: signs stand a little closer together than alone.
    """
    lines: list[str] = []
    about = 0.0
    for word in words:
        longer, wide = f"{lines[-1]} {word}" if lines else "", about + widths[" "] + widths[word]
        near = 0.97 * width < wide < 1.03 * width
        if lines and (letters.getlength(longer) if near else wide) <= width:
            lines[-1], about = longer, wide
        else:
            lines.append(word)
            about = widths[word]
    return lines


def cut(lines: list[str], limit: int) -> list[str]:
    return lines if len(lines) <= limit else [*lines[: limit - 1], f"{lines[limit - 1]} …"]


def height(lines: list[str], letters: Letters) -> float:
    return len(lines) * letters.size * 1.12 / FINER


def draw_enamel(draw: ImageDraw.ImageDraw) -> None:
    left, top, right, bottom = (side * FINER for side in PLATE)
    draw.rounded_rectangle((left, top, right, bottom), 34 * FINER, BLUE)
    inset = 12 * FINER
    box = (left + inset, top + inset, right - inset, bottom - inset)
    draw.rounded_rectangle(box, 24 * FINER, outline=WHITE, width=6 * FINER)


def draw_dashes(draw: ImageDraw.ImageDraw) -> None:
    """Draw the plate of what is only announced: an outline of dashes on paper."""
    left, top, right, bottom = (side * FINER for side in PLATE)
    dash, width = 24 * FINER, 6 * FINER
    for x in range(left + dash, right - dash, 2 * dash):
        for y in (top, bottom):
            draw.line((x, y, min(x + dash, right), y), BLUE, width)
    for y in range(top + dash, bottom - dash, 2 * dash):
        for x in (left, right):
            draw.line((x, y, x, min(y + dash, bottom)), BLUE, width)


def draw_number(draw: ImageDraw.ImageDraw, plate: Plate, colour: str) -> None:
    """Draw the number large and, over it, what it counts, left of a line."""
    left, top, _right, bottom = PLATE
    edge, middle = left + COLUMN, (top + bottom) / 2
    draw.line([side * FINER for side in (edge, top + 12, edge, bottom - 12)], colour, 6 * FINER)
    centre = (left + 12 + (COLUMN - 12) / 2) * FINER
    size = 190 if len(plate.number) < 3 else 150
    fitting = 200 * FINER / font("Regular", 46).getlength(plate.label)
    places = {
        plate.number: (middle + size * 0.4, font("SemiBold", size)),
        plate.label: (middle - size * 0.5, font("Regular", int(46 * min(1, fitting)))),
    }
    for text, (y, letters) in places.items():
        draw.text((centre, y * FINER), text, fill=colour, font=letters, anchor="ms")


def font(weight: str, size: int) -> Letters:
    """Return letters of this size, which no other thread has: FreeType keeps a state in each face."""
    return ImageFont.truetype(BytesIO(font_file(weight)), size * FINER)


@lru_cache(maxsize=4)
def font_file(weight: str) -> bytes:
    return (FONTS / f"BarlowCondensed-{weight}.ttf").read_bytes()


def png(image: Image.Image) -> bytes:
    """Return the image in its real size and few colours: small enough for those who fetch it on the road."""
    file = BytesIO()
    image.reduce(FINER).quantize(48).save(file, "PNG", optimize=True)
    return file.getvalue()
