"""Requests to outcomes, durably."""
