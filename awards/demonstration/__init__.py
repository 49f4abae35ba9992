"""A sample office: the Ban of Đắk Lắk today, with a history. Every row is marked as a sample.

Names of units are real, people and figures are made up. The articles' figures of 2015 stand in a tally with its source.
"""
