"""Slack's side of the app's calls: the Web API methods, OAuth, file uploads and response URLs."""
