"""What tests stand on: servers of their own, a database emptied between them, checked pages."""
