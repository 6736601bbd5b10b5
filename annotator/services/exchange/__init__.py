"""Data in and out: codings of other programs, exports, archives, networks."""
