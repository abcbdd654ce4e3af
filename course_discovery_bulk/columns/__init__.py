"""What a cell means: headers, kinds of values and the columns themselves, without models or calls."""
