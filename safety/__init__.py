"""The safety room: what a visitor in danger must be shown, decided without any model and without the bot.

Both halves import it (Python 3.10 syntax). Rules, words and card texts are data; this code only reads them.
"""
