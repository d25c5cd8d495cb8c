"""Papers that people keep, as PDF and XLSX: from plain values, and the same bytes for the same values."""
