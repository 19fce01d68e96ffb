"""How the schema came to be: numbered migrations, each named by what becomes true."""
