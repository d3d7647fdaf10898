"""The Lua scripts, each behind one typed function, which alone knows its keys and arguments."""

from importlib import resources


def lua(*names: str) -> str:
    """The text of scripts of this package, by their names without ``.lua``, one after the other."""
    folder = resources.files(__name__)
    return "\n".join(folder.joinpath(f"{name}.lua").read_text(encoding="utf-8") for name in names)
