"""Who works on a task and how far: slices of time, the row loop, leases, heartbeat, sweeper."""
