"""What must not leave a person's machine, found in text and JSON and replaced by placeholders. Pure."""
