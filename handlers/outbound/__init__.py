"""From stored state to Slack."""
