"""The page of traces among ten thousand, a hundred thousand, a million."""
