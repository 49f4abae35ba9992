"""Speed as ratios: ours to a stock peer and to a floor, taken in turns in one process."""
