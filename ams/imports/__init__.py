"""Members from a CSV file, as associations really have them."""
