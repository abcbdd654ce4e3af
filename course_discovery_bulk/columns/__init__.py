"""What a cell means: headers, kinds of values and the columns themselves. No models, no calls."""
