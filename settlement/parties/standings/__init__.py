"""How customers are classed: class, segments and territory, by local days."""
