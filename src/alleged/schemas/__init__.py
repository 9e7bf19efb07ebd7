"""The JSON Schemas of records: definitions, validation, explanations of what fails, and code lists."""
