"""School and first-year mathematics problems: content, oracle, figures, typesetting. Knows nothing of recipes."""
