"""Logging in, activation, the second step, sessions and passwords."""
