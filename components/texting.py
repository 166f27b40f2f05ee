"""Texting habits that are no typing errors: written out before spelling is looked at."""

SHORTHAND = {
    "abt": "about", "appt": "appointment", "appts": "appointments", "b4": "before",
    "bc": "because", "bf": "boyfriend", "cant": "can't", "couldnt": "couldn't", "cuz": "because",
    "didnt": "didn't", "doc": "doctor", "docs": "doctors", "doesnt": "doesn't", "dont": "don't",
    "gf": "girlfriend", "gonna": "going to", "gotta": "have to", "hafta": "have to",
    "hows": "how is", "hrs": "hours", "idk": "i don't know", "im": "i'm", "ins": "insurance",
    "isnt": "isn't", "ive": "i've", "kinda": "kind of", "lemme": "let me", "meds": "medications",
    "min": "minutes", "mins": "minutes", "msg": "message", "n": "and", "nite": "night",
    "pls": "please", "plz": "please", "ppl": "people", "prob": "probably", "r": "are",
    "rx": "prescription", "shouldnt": "shouldn't", "tho": "though", "thru": "through",
    "thats": "that's", "tx": "treatment", "u": "you", "ur": "your", "w": "with", "wanna": "want to",
    "wat": "what", "wats": "what is", "whats": "what is", "wheres": "where is", "whos": "who is",
    "wk": "week", "wks": "weeks", "wont": "won't", "wouldnt": "wouldn't", "wut": "what",
    "y": "why", "ya": "you", "yall": "you all", "yr": "year", "yrs": "years",
}  # fmt: skip
