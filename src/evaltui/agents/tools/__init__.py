"""Who answers a tool call of the agent under test: recorded results, the user's functions, or an MCP server."""
