"""The register of people and things."""
