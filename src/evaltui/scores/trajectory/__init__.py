"""Scorers of what an agent did on the way: its tool calls, their order, number and results."""
