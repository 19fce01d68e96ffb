"""Issued invoices changed by other documents: errors corrected, agreed changes carried out."""
