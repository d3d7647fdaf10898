"""What deploys, held to the code: compose, Kubernetes, the image's description."""
