"""How a game is trained: the loop, the run and its folder."""
