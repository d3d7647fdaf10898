"""The sandbox's own HTTP door, through which its page and tests act as people of the workspace."""
