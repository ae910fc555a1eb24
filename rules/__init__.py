"""The policy language and its engines: text and data in, data out."""
