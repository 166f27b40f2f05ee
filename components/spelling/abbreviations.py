"""Texting habits that are no typing errors: written out before spelling is looked at."""

SHORTHAND = {
    "abt": "about", "adn": "and", "aint": "isn't", "alot": "a lot", "antidep": "antidepressant",
    "antideps": "antidepressants", "anx": "anxiety", "appt": "appointment", "appts": "appointments",
    "apt": "appointment", "apts": "appointments", "arent": "aren't", "asap": "soon", "b4": "before",
    "bc": "because", "bcuz": "because", "bday": "birthday", "becuz": "because", "bf": "boyfriend",
    "bp": "blood pressure", "cant": "can't", "cld": "could", "cn": "can", "couldnt": "couldn't",
    "coz": "because", "cud": "could", "cuz": "because", "didnt": "didn't", "doc": "doctor",
    "docs": "doctors", "doesnt": "doesn't", "dont": "don't", "dr": "doctor", "drs": "doctors",
    "drv": "drive", "evry": "every", "finna": "going to", "frm": "from", "g2g": "have to go", "gd": "good",
    "gf": "girlfriend", "gn": "good night", "gonna": "going to", "gotta": "have to", "gtg": "have to go",
    "hafta": "have to", "hasnt": "hasn't", "hav": "have", "havent": "haven't",
    "hbp": "high blood pressure", "hosp": "hospital", "hows": "how is", "hrs": "hours", "hrt": "hurt",
    "hrts": "hurts", "hte": "the", "hv": "have", "hw": "how", "idk": "i don't know", "im": "i'm",
    "ima": "i'm going to", "imma": "i'm going to", "ins": "insurance", "isnt": "isn't", "ive": "i've",
    "jst": "just", "jus": "just", "ket": "ketamine", "ketmine": "ketamine", "kinda": "kind of",
    "lemme": "let me", "lmk": "let me know", "lng": "long", "meds": "medications", "min": "minutes",
    "mins": "minutes", "msg": "message", "n": "and", "nite": "night", "nm": "never mind",
    "np": "no problem", "nvm": "never mind", "nxt": "next", "omg": "oh my god", "pls": "please",
    "plz": "please", "ppl": "people", "prob": "probably", "pt": "patient", "r": "are", "rlly": "really",
    "rly": "really", "rx": "prescription", "shld": "should", "shouldnt": "shouldn't", "shud": "should",
    "smth": "something", "srsly": "seriously", "sry": "sorry", "sth": "something", "sx": "symptoms",
    "taht": "that", "teh": "the", "thats": "that's", "theyre": "they're", "tho": "though",
    "thru": "through", "thx": "thanks", "tmr": "tomorrow", "tmrw": "tomorrow", "tomoro": "tomorrow",
    "tryna": "trying to", "tx": "treatment", "u": "you", "ur": "your", "w": "with", "wanna": "want to",
    "wasnt": "wasn't", "wat": "what", "wats": "what is", "wen": "when", "whats": "what is",
    "whch": "which", "wher": "where", "wheres": "where is", "whn": "when", "whos": "who is", "wht": "what",
    "wich": "which", "wk": "week", "wks": "weeks", "wld": "would", "wll": "will", "wont": "won't",
    "wouldnt": "wouldn't", "wouldve": "would have", "wrk": "work", "wrks": "works", "wud": "would",
    "wut": "what", "y": "why", "ya": "you", "yall": "you all", "yor": "your", "youre": "you're",
    "yr": "year", "yrs": "years", "yur": "your",
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
