"""The subcommands, one module each; the only place that reads the clock, the environment and the working directory."""
