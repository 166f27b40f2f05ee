"""Readers of what a clinic already has: tables, web pages, Word files, lists of questions and answers."""
