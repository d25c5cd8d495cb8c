"""Signed, sealed trip receipts that an auditor can check alone; speaks no Korean and knows no messenger."""
