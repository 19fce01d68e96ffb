"""Files for roaming partners: what their subscribers did on our network."""
