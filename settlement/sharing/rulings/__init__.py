"""To whom each rule of terms sold in a month, kept with the credits that were found by it."""
