"""agent.yaml to a resolved Agent, and the next request of a conversation."""
