"""Components with a script and markup of their own: .py, .js and .html together."""
