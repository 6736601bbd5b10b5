"""Agreement between coders: coefficients, matching of spans, unitizing, resampling. Knows arrays, not studies."""
