"""JSON Schemas of records: definitions, validation, explanations, vocabularies."""
