"""The Lua scripts, each behind one typed function, which alone knows its keys and arguments."""

from importlib import resources


def lua(name: str) -> str:
    """The text of a script of this package, by its name without ``.lua``."""
    return resources.files(__name__).joinpath(f"{name}.lua").read_text(encoding="utf-8")
