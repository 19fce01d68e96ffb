"""Messages of the two-step exchange between operators: values, XML and signature."""
