"""The state of one Slack workspace: people, channels, messages, views and files, kept in one SQLite file."""
