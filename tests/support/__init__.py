"""What the suite is built with: real servers, real workers, a real browser, a database put back as it was."""
