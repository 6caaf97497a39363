"""Real PostgreSQL and Valkey for the demo and the tests, from installed programs. Never for production."""
