"""Everything a party was sent in a period, drawn again and compared byte for byte."""
