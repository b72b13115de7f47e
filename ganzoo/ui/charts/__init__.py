"""Charts as HTML and SVG: the family tree, quality against cost, loss curves."""
