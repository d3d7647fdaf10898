"""The audit trail: its entries and the hash chain over them."""
