"""What was said and done elsewhere, read as evaltui's own conversations. Pure: files in, values out."""
