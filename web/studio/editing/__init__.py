"""What helps whoever writes in the studio."""
