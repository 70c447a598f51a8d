"""Files a person wrote, read into values that remember their lines."""
