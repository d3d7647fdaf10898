"""A bar chart as a picture, for where a column of numbers says less."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, MARGIN, GAP = 960, 360, 48, 16  # pixels
TEXT = 20  # pixels, of letters
INK, BAR, GROUND = "#1d1c1d", "#1264a3", "#ffffff"


def bar_chart(title: str, bars: Sequence[tuple[str, float, str]]) -> bytes:
    """A PNG with a bar for each label, as high as its value (from 0 on), which the text beside it names.

    Raises ``ValueError`` without bars.
    """
    if not bars:
        raise ValueError("a chart needs a bar")
    image = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(TEXT)
    draw.text((MARGIN, GAP), title, fill=INK, font=font)
    bottom, top = HEIGHT - MARGIN, 2 * MARGIN + GAP
    highest = max(value for _, value, _ in bars) or 1.0
    step = (WIDTH - 2 * MARGIN) / len(bars)
    for place, (label, value, named) in enumerate(bars):
        middle = MARGIN + step * (place + 0.5)
        half = min(step - GAP, 80) / 2
        height = (bottom - top) * max(value, 0.0) / highest
        draw.rectangle((middle - half, bottom - height, middle + half, bottom), fill=BAR)
        draw.text((middle, bottom - height - 4), named, fill=INK, font=font, anchor="mb")
        draw.text((middle, bottom + 8), label, fill=INK, font=font, anchor="mt")
    draw.line((MARGIN, bottom, WIDTH - MARGIN, bottom), fill=INK, width=2)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()
