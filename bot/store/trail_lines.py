"""How a line of an audit trail stands in Redis: long texts packed, since a trail is for ever.

A line is ``LINK TEXT``; one whose text is packed is ``LINK deflate PACKED``, where PACKED is the text in
UTF-8, compressed (zlib, RFC 1950), in base64. The link covers the text as it was before it was packed, so
that the chain, and what is exported of it, knows nothing of this.
"""

import base64
import binascii
import zlib

from bot.domain.audit.chain import TrailLine, read_line

PACKED = "deflate "  # no text begins so: an entry is a JSON object
# Characters from which on a text is packed: payments and findings are, what somebody decided is not, since
# a single decision hardly gets shorter.
PACKED_FROM = 600
MOST_UNPACKED = 16 * 1024 * 1024  # bytes; the longest entry, 25 payments with all their texts, has 0.5 MB


def stored_line(line: TrailLine) -> str:
    """A line as it is stored; packed where that makes it shorter."""
    if len(line.text) >= PACKED_FROM:
        packed = base64.b64encode(zlib.compress(line.text.encode(), 9)).decode()
        if len(packed) < len(line.text):
            return f"{line.link} {PACKED}{packed}"
    return str(line)


def line_of(seq: int, stored: str) -> TrailLine:
    """The line that ``stored_line`` wrote, at its place ``seq`` from 1; also one of before lines were packed.

    What cannot be unpacked stays as it stands, and then does not follow from its link.
    """
    line = read_line(seq, stored)
    if not line.text.startswith(PACKED):
        return line
    try:
        unpacking = zlib.decompressobj()
        packed = base64.b64decode(line.text[len(PACKED) :], validate=True)
        text = unpacking.decompress(packed, MOST_UNPACKED)
        whole = unpacking.eof and not unpacking.unused_data
        return line._replace(text=text.decode()) if whole else line
    except (binascii.Error, zlib.error, UnicodeDecodeError):
        return line
