"""Texting habits that are no typing errors: written out before spelling is looked at."""

SHORTHAND = {
    "abt": "about", "appt": "appointment", "appts": "appointments", "b4": "before", "bc": "because",
    "bcuz": "because", "bf": "boyfriend", "cant": "can't", "couldnt": "couldn't", "coz": "because",
    "cud": "could", "cuz": "because", "didnt": "didn't", "doc": "doctor", "docs": "doctors",
    "doesnt": "doesn't", "dont": "don't", "gf": "girlfriend", "gonna": "going to", "gotta": "have to",
    "hafta": "have to", "hows": "how is", "hrs": "hours", "hv": "have", "hw": "how",
    "idk": "i don't know", "im": "i'm", "ins": "insurance", "isnt": "isn't", "ive": "i've",
    "kinda": "kind of", "lemme": "let me", "meds": "medications", "min": "minutes", "mins": "minutes",
    "msg": "message", "n": "and", "nite": "night", "pls": "please", "plz": "please", "ppl": "people",
    "prob": "probably", "r": "are", "rx": "prescription", "shouldnt": "shouldn't", "shud": "should",
    "thats": "that's", "tho": "though", "thru": "through", "tx": "treatment", "u": "you", "ur": "your",
    "w": "with", "wanna": "want to", "wat": "what", "wats": "what is", "whats": "what is",
    "wheres": "where is", "whn": "when", "whos": "who is", "wht": "what", "wk": "week", "wks": "weeks",
    "wont": "won't", "wouldnt": "wouldn't", "wud": "would", "wut": "what", "y": "why", "ya": "you",
    "yall": "you all", "yr": "year", "yrs": "years",
}  # fmt: skip

# Words that are spelled right and mean another, told by their neighbours: no dictionary sees them.
MIXED_UP = (
    (
        r"(^|\b(?:how|why|when|where|who|but|and|so|or) )dose "
        r"(?=(?:it|this|that|he|she|they|the|my|your|any\w*|ketamine|insurance)\b)",
        r"\1does ",
    ),
    (r"\bhole (?=(?:time|day|hour|way|week|session|visit)\b)", "whole "),
    (r"\b(my|your|the) brian\b", r"\1 brain"),
    (r"\bthrew (?=(?:an?|the|my) (?:iv|vein|needle|drip|tube)\b)", "through "),
)
