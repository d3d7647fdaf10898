"""Configuration: settings, the address of Redis, the policy file, log output."""
