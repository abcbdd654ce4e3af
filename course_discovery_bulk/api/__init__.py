"""The REST API: reads requests, calls `service`, shapes answers, and decides nothing."""
