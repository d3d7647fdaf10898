"""The routing tables: what Slack sends, and which function answers it."""
