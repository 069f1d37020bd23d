"""The workbench of those who write controls: a first draft, cases, tests of Rego, coverage."""
