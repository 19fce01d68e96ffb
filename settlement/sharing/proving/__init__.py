"""Whether what a closed period credited is what its facts and the terms give, computed again."""
