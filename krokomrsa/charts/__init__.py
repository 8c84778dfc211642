"""Results as figures: matplotlib in print, plotly on screen."""
