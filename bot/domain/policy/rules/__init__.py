"""The rules, one family a file; a rule is a function named like its code, listed in ``policy/engine.py``."""
