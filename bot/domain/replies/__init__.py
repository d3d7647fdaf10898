"""What a human's reply in the thread means, read without a model; ``reader`` is the way in."""
