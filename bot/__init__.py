"""Countersign: a finance bot that approves the routine, flags the suspicious, and waits for a human."""

__version__ = "0.1.0"
