"""Jobs: queued, tried again, given up, by docket."""
