"""What the stage `pipeline.execute` is made of: decisions, the runner of steps, endings, and the row under way."""
