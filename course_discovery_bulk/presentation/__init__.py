"""What people read, wherever they read it: labels, rows, tasks, cells, side effects, links."""
