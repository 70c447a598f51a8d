"""Evidence to scores; pure: no file, no store, no network. Scorers are found by entry point, never imported here."""
