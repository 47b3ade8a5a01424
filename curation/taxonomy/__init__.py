"""Importers of competency frameworks; the house finds them through the group `gleanery.frameworks`."""
