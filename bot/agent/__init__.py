"""The finance bot's judgement: assess a batch, read a human's reply."""
