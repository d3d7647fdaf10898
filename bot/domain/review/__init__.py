"""A review: its state, decisions about it, and what one request makes of it."""
