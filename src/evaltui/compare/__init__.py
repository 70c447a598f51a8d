"""Two runs to their differences; pure."""
