"""The first start, the test message and the homepage."""
