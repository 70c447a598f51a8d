"""evaltui turns "I changed the prompt" into a verdict you can defend."""

__version__ = "0.1.0"
