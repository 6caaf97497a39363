"""PostgreSQL and Valkey from wheels, for `make demo` and `make test`."""
