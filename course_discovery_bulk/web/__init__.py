"""The app's own page: server-rendered, with htmx where that helps. It asks `service` and decides nothing."""
