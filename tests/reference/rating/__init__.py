"""Rating, recomputed one record at a time, from the formats of the product's READMEs."""
