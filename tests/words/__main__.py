"""``python -m tests.words``: write ``deploy/WORDS.md`` anew."""

from tests.words.page import PAGE, page

PAGE.write_text(page(), encoding="utf-8")
