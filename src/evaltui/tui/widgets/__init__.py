"""What the screens are built from: lists, filters, diffs and outlines that know nothing of runs or cases."""
