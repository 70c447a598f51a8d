"""A local HTTP server that speaks the Messages and Message Batches wire format; it is not Claude and says so."""
