"""What a foreign debt gains or loses until it is paid: realised when settled, valued at the end."""
