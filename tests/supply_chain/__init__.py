"""A program of its own: what the project is made of, its licences, its known vulnerabilities."""
