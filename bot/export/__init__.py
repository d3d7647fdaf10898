"""Payments as files that a spreadsheet opens: CSV and XLSX, in which no text is a formula."""

from bot.export.files import ExportedFile, FileFormat, export_file
from bot.export.payments import ExportedState, people_named

__all__ = ["ExportedFile", "ExportedState", "FileFormat", "export_file", "people_named"]
