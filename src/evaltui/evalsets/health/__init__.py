"""Whether an evalset stays honest: copies, contradictions, leaks, thin spots, cases that no longer tell."""
