"""What the templates of the page can do beyond Django's own tags."""
