"""The only SQL: everything that outlives the process."""
