"""From Slack to typed requests."""
