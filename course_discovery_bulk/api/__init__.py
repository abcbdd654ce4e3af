"""The REST API: reads requests, calls `service`, shapes answers. Nothing is decided here."""
