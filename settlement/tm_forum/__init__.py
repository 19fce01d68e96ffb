"""The settlement engine in the words of TM Forum's Open APIs."""
