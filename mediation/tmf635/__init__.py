"""Usage by TM Forum's Usage Management API (TMF635): the same events in that API's words."""
