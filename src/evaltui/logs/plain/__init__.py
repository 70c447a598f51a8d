"""Plain logs, JSON Lines and CSV of anybody's own making, read by a mapping that says which column is what."""
