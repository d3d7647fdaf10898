"""Block Kit: what Slack accepts as blocks and views, the ids it fills in, and the values people enter."""
