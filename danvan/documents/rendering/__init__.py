"""Turns plain data into documents: certificates and decisions as PDF, decisions as editable .docx. Knows no models."""
