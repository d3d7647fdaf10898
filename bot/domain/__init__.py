"""The finance domain: pure, frozen, no input or output."""
