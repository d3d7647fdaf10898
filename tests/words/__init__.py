"""Every sentence that people read, in one page, and the words that stand in none of them."""
