"""One file a command: its options, its help, and one call of what does the work."""
