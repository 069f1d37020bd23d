"""Compliance as code for outsourcing: judge vendor manifests with JSON Schema and Rego."""

__version__ = "0.1.0"
