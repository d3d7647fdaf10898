"""What each command of the command line does; `bot/__main__.py` says how it is called."""
