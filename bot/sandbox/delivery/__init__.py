"""The way to the app: events, payloads, signed HTTP and Socket Mode, retries and faults."""
