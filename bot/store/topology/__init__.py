"""How Redis is reached: one server, Sentinel, Cluster, or the embedded server."""
