"""Privacy describes and seals: what is held, about whom, why, under which key."""
