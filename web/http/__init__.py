"""What every route needs: who may pass, cookies, the request's body, CSRF, the error handler."""
