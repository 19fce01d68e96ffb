"""The events behind each shared revenue, sealed under one root before anybody is told a sum."""
