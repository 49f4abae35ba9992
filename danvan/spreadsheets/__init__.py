"""Workbooks in and out, knowing nothing of models."""
