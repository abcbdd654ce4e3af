"""Who is told of the end of a task, and how: mail to the uploader, a signal to other apps."""
