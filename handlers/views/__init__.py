"""From stored state to Block Kit: pure."""
