"""Scores to a verdict; pure."""
