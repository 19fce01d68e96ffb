"""How a tenant's documents look: logo, colours, texts and templates of its own, in versions."""
