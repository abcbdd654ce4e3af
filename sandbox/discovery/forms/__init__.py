"""What a body may hold, field by field: validates what is sent, and tells OPTIONS what could be."""
