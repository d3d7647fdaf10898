"""What can be asked of the bot, a file each use case."""
