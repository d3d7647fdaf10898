"""The command line: ``main.py`` lists the commands, ``commands/`` declares each in a file of its own.

A declaration imports what does the work only when it is called, since all of the bot takes seconds to import
and ``countersign --help`` is to answer at once.
"""
