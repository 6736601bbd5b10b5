"""The register: entities with their names and aliases, merged, split and removed."""
