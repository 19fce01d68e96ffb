"""Networks that take e-invoices: Peppol through an access point, and Poland's KSeF."""
