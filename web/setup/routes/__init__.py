"""Routes of the set-up and of the homepage."""
