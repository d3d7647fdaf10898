"""The Slack side: one file for each kind of listener, pure cards and payloads, the publisher."""
