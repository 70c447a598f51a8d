"""The nouns of evaltui: standard library and pydantic only, imported by every other package."""
