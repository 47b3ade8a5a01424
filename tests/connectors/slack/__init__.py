"""Reading Slack live."""
