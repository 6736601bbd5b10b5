"""Agreement between coders: coefficients, matching of spans, unitizing, resampling. Works on arrays, not studies."""
