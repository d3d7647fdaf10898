"""What a human's reply in the thread means."""
