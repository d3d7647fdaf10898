"""The container image, built and tried for real: a program (`make image-test`), since it takes minutes."""
