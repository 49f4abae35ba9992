"""The servers of `make run` and of the tests: real ones, from wheels, without root and without system packages.

A low corner of the house: it starts processes and imports nothing of the applications.
"""
