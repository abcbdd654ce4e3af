"""Text and values, whatever they mean: translatable messages, HTML, comparing, folding, formulas, logs."""
