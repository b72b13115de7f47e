"""Training and evaluation of the models that `ganzoo` defines; see `python -m trainer --help`."""
