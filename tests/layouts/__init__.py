"""What older commits wrote, as small files, and that it is still readable, decidable and verifiable."""
