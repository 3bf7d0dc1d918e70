"""Pages of the departments: the queue, one task, reports."""
