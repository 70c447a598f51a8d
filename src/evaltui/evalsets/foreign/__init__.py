"""Cases of other tools, as they write them down."""
