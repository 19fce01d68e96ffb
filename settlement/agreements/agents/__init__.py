"""Who sold which contract, and the network of agents above."""
