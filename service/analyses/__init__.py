"""Sales analyses (第三条, 第四条): calculations over a book of customers, months or products.

Inside, everything is a whole number: money in cents, ratios in millionths. Nothing is a float, and what is
compared or ranked is compared exactly, never by a rounded value. Knows nothing of HTTP; DuckDB and
matplotlib are imported only when an analysis runs, so that decisions and the start of the service do not
wait for them.
"""
