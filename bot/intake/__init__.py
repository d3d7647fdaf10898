"""From text, CSV and spreadsheets to transactions, or a named error for each row."""
