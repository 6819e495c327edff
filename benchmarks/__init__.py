"""What the connector costs, measured: each script prints a Markdown table and keeps its figures in var/bench."""
