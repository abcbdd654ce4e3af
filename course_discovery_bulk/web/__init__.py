"""The app's own page, server-rendered with a little htmx: it asks `service` and decides nothing."""
