"""What dies, and what comes of it: ``python -m tests.reliability``, and its short form in the suite.

Real worker and beat processes on a real broker, a real mail server that writes down what arrives, SQLite and
PostgreSQL.
"""
