"""What answers cost, each against what it could cost at the least, measured in one run."""
