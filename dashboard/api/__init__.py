"""The REST API, version 1: /api/v1, for programs. docs/API.md tells its way; /api/v1/openapi.json each operation."""
