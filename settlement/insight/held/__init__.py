"""What could not be issued: documents that break a rule, and customers a bill run set aside."""
