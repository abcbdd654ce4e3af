"""What rows look like in an answer."""
