"""Batches and their landed usage: manifests in the database, records in Parquet."""
