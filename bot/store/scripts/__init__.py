"""The Lua scripts, each behind one typed function; its keys and arguments stand in that file alone."""

from importlib import resources


def lua(*names: str) -> str:
    """The text of scripts of this package, by their names without ``.lua``, one after the other."""
    folder = resources.files(__name__)
    return "\n".join(folder.joinpath(f"{name}.lua").read_text(encoding="utf-8") for name in names)
