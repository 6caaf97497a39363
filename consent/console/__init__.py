"""The console's pages of statements: what is asked, written by administrators and published for good."""
