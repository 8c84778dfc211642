"""Risk and vulnerability analysis for a Swedish municipality."""
