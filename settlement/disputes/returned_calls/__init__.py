"""What roaming partners return of the TAP files we sent them; the amount of it is disputed."""
