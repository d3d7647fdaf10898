"""``countersign``, also ``python -m bot``: see ``bot/cli/main.py``."""

from bot.cli.main import main

if __name__ == "__main__":
    main()
