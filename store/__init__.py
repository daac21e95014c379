"""What Clarion remembers: the truth in SQLite, and a disposable columnar copy in DuckDB."""
