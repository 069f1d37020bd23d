"""Existing policies: directories of Rego as conftest takes them, run over any YAML or JSON file.

Flow: `reading` (files -> Ruleset) -> `compiling` (OPA tells the rules -> Program) -> `evaluating` (an engine) ->
`judging` (file -> Assessment, with place, severity and status as every finding has them).
"""
