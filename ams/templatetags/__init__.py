"""Template tags of the house: built in, so that templates of every app may use them without loading."""
