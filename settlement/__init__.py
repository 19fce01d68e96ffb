"""Who owes whom, and how it is discharged."""
