"""What a whole reply in the callback form does: yes, no, wrong, wait, stop, rather not say.

`moves.yml` holds the phrases; a reply does the thing when phrases and fillers are all there is to it, so
that "yes, but not at work" is no yes. English and Spanish, apostrophes left out (`plain_text.bare`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components.form_extractors.plain_text import bare
from content.yaml_files import read_yaml

MAX_MOVE_WORDS = 16
_PHRASES = Path(__file__).parent / "moves.yml"
_HOLD = re.compile(
    r"\b(?:wait|hold on|hold up|hold your horses|hang on|(?:one|a|1|two|2|a few|few|give me(?: a)?|need a"
    r"|just a) (?:sec|secs|second|seconds|moment|moments|minute|minutes|min|mins|while)"
    r"|not yet|not now|not right now|not so fast|later|in a (?:bit|sec|minute|moment|while)"
    r"|let me (?:think|check|see|look|ask|read|get)"
    r"|(?:need|have|want) to (?:think|check|ask|look|read)|thinking|(?:im )?not (?:so "
    r"|really |quite |too |100 )?sure|unsure|maybe|perhaps|possibly|idk|i dont know|dunno"
    r"|(?:think|sleep) (?:about|on|it over)|second thoughts|not ready|havent decided|should i"
    r"|hm+|um+|uh+|brb|be right back|yet|i guess|espere|un momento|todav[ií]a no)\b"
)
_YES_BUT = re.compile(
    r"^(?:yes|yeah|yep|yup|sure|ok|okay|fine|alright|good|great|right|send(?: it)?|you can send it|go ahead"
    r"|please send(?: it)?)(?: (?:please|and|then))* "
    r"(?:but|only|if|as long|provided|unless|except|just|with|as soon|when|while|so long|on condition)\b"
    r"|^(?:s[ií]|claro|vale|bueno|env[ií]elo|m[aá]ndelo)(?: (?:por favor|y))* "
    r"(?:pero|solo|s[oó]lo|si|mientras|siempre que|con tal|sin|excepto|cuando)\b"
)
_LEANS_TO_NO = re.compile(
    r"^(?:(?:hmm+|um+|well|actually|oh|ok|sorry|look|listen) )*(?:no|nope|nah|not|never|dont|better not"
    r"|lets (?:just )?not|please dont|rather not|i take it back|can we stop)\b"
)
_RECONSIDERS = re.compile(
    r"\b(?:(?:think|sleep) (?:about|on|it over)|second thoughts|not ready|havent decided)\b|^should i$"
)
_WRONG = re.compile(
    r"\b(?:wrong|not (?:quite|exactly)|(?:is|looks|seems) off|\w+s off$|i (?:never|didnt|did not) (?:say"
    r"|said|give|gave|want|wanted)|something else|should (?:say"
    r"|read|be)|incorrect|inaccurate|mistakes?|typos?|errors?|misspell(?:ed|t)?|mistyped"
    r"|mixed up|mess(?:ed)? up"
    r"|(?:isnt|arent|not|aint|wasnt) (?:quite |all |really |exactly |entirely )?(?:right"
    r"|correct|accurate|true|it|me|mine|my (?:name|number|email|phone)|what i|how (?:i|you)"
    r"|ok|okay|good)"
    r"|(?:fix|correct|change|edit|adjust|update|redo) (?:something|it|that|this|one|a|the|my"
    r"|some)|needs? (?:to be )?(?:changed|fixed|corrected|changing|fixing)"
    r"|(?:ne|want|like|ha)\w* to (?:change|fix|correct|edit)|you got (?:it|that|my|the)"
    r"|est[aá] mal|equivocad[oa]|incorrecto|cambiar|corregir)\b|^(?:change|edit|fix"
    r"|correction)$"
)
_ASIDE = re.compile(
    r"\b(?:skip|pass|next question|(?:rather|prefer) not(?: to)?|none of (?:your|ur) business"
    r"|not your business|my (?:own )?business|mind your|not telling|not saying|not giving"
    r"|not sharing|wont (?:say|tell|give|share|leave|provide)|(?:dont|do not|didnt) (?:want"
    r"|like|wish|feel like|care|plan|intend)(?: to)? (?:say|tell|give|giving|shar|provid|leav"
    r"|reveal|answer|do that|put)\w*"
    r"|(?:refuse|decline) to|thats (?:private|personal|secret)|(?:its|is) (?:private|personal"
    r"|a secret)|no names?|anon(?:ymous(?:ly)?)?|not comfortable|uncomfortable"
    r"|dont give (?:out|my|it|that|this)|dont share|not my (?:phone|number|cell|email)"
    r"|you dont need|dont need my|no need for my|why should i|im not (?:going to|giving"
    r"|telling|saying|sharing)|not (?:in|over) (?:a|the) chat|keep (?:that|it"
    r"|my name) (?:private|to myself)|prefiero no|sin nombre"
    r"|no (?:number|phone|email|phone number)(?: (?:from me|for you|here|either|please|at all"
    r"|sorry|thanks))*$|(?:dont"
    r"|do not) have (?:a|an|any|one|it|my) ?(?:phone|number|cell|cellphone|mobile|telephone"
    r"|email|address|one)?"
    r"|(?:hate|dislike|avoid|dont (?:do|like|use)) (?:the |my "
    r"|talking on (?:the )?)?(?:phones?|phone calls|calls)|no phones?|(?:phone|cell) (?:is"
    r"|was|got) (?:\w+ )?(?:broken|dead|off|lost|stolen|disconnected|cut off)"
    r"|lost my (?:phone|cell)|cant (?:use|answer|have|afford) (?:a |the |my )?(?:phone|cell)"
    r"|without (?:a "
    r"|my )?(?:phone|number|name|email))\b"
    r"|^(?:n a|na|none|nothing|nobody|no one|secret|next|guess)$"
)
_CARELESS = re.compile(
    r"^(?:(?:whenever|when|as soon as|any ?time) (?:it suits|suits|works for|is good for) (?:them|you"
    r"|the team|your team|everyone)"
    r"|(?:you|they)(?:d| would| will|ll)? (?:probably )?know (?:that )?(?:better|best)(?: .{1,50})?"
    r"|(?:you|they)(?:re|r| are) the (?:receptionist|experts?|boss|one|ones|professionals?)(?: .{1,40})?"
    r"|(?:i )?(?:really )?(?:dont|do not) (?:care|mind)(?: (?:when|what time|which day|at all))?|(?:it "
    r"|that )?(?:doesnt|does not"
    r"|dont) (?:really )?matter(?: to me)?|no preference|(?:its )?up to (?:you|them)|(?:you"
    r"|they)(?: guys| people)? (?:can )?(?:decide|choose|pick)"
    r"|im (?:flexible|easy|open|always (?:free|home|around|in)|free whenever|home all day|retired"
    r"|free all day)"
    r"|you tell me|your call|you say|surprise me|flexible|either(?: is fine)?"
    r"|whatever(?: (?:works|you want|is good|time|suits)[\w ]*)?|you (?:choose|pick)"
    r"|me da igual|cuando (?:quieran?|puedan?|gusten?)|all the same(?: to me)?|makes no difference"
    r"|skip(?: (?:it|that"
    r"|this))?(?: part)?|any|all good)$"
)
_UNSURE = re.compile(
    r"^(?:(?:im |i am )?(?:really |still )?(?:not (?:so |really |quite |too )?sure|unsure"
    r"|undecided)(?: yet| about that| when)?|idk|i (?:really )?dont know(?: yet| when)?"
    r"|dont know(?: yet)?|dunno|no idea|no clue|hmm+|um+|uh+|er+|"
    r"(?:its )?hard to say|(?:that |it )?depends|cant say(?: yet)?|tbd|maybe|ill (?:see"
    r"|let you know)|who knows|not yet|let me think|good question|no s[eé])$"
)


_HOME = re.compile(r"\b(?:home|retired|free|flexible|here|unemployed|off|in|around|up to you|easy)\b")
_UNTIL_KNOWN = re.compile(
    r"\b(?:roster|schedule|rota|shifts?|boss|calendar|plans?) (?:\w+ )?(?:comes?|is|are|changes?|gets?"
    r"|has|isnt|arent|wont|not)\b"
)
# What follows a refusal and is no reason for it: another wish, in place of the first.
_ADDS = re.compile(
    r"\b(?:but|instead|just|only|send|text|e ?mail|rather|yes|make it|change|call (?:me|him|her|us)|use)\b"
)


_OF_LEAVING = re.compile(
    r"\b(?:stop|cancel\w*|quit|forget (?:it|this|that|about|the)|drop (?:it|this|that)|leave it"
    r"|out of (?:this|here)"
    r"|changed? my mind|no longer|any ?more|(?:dont|do not|didnt) (?:want|wanna|send)|never ?mind|nvm"
    r"|olv[ií]d\w+"
    r"|d[eé]j[ea]\w*|ya no)\b"
)


def _any(phrases: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)")


def _phrases() -> dict[str, list[str]]:
    """The lists of phrases, with their groups put in."""
    kept: dict[str, Any] = read_yaml(_PHRASES, shown_as=_PHRASES.name)
    groups = {f"{{{name}}}": f"(?:{'|'.join(some)})" for name, some in kept.pop("groups").items()}

    def whole(phrase: str) -> str:
        for name, group in groups.items():
            phrase = phrase.replace(name, group)
        return phrase

    return {name: [whole(str(phrase)) for phrase in phrases] for name, phrases in kept.items()}


_LISTS = _phrases()
_IS_YES, _IS_NO, _IS_CANCEL = _any(_LISTS["yes"]), _any(_LISTS["no"]), _any(_LISTS["cancel"])
_IS_LEAVE = _any((*_LISTS["cancel"], *_LISTS["leave"]))
_IS_FILLER = _any(_LISTS["fillers"])
_IS_FILLER_BESIDE = _any((*_LISTS["fillers"], "but", "only", "with", "fine", "is", "thats"))
_IS_CANCEL_FILLER = _any((*_LISTS["fillers"], *_LISTS["cancel_fillers"]))


def is_yes(text: str, *, beside: bool = False) -> bool:
    """Whether a reply is a clear yes and nothing else; `beside`: a wish was cut out of it ("yes but ...")."""
    return _is_only(_IS_YES, _IS_FILLER_BESIDE if beside else _IS_FILLER, bare(text))


def is_no(text: str) -> bool:
    """Whether a reply is a bare no."""
    return _is_only(_IS_NO, _IS_FILLER, bare(text))


def leans_to_no(text: str) -> bool:
    """Whether a short reply is against it, in words that are no plain no."""
    words = bare(text)
    return _is_short(words, 5) and bool(_LEANS_TO_NO.search(words))


def begins_with_no(text: str) -> bool:
    """Whether a reply says no first and something else behind it."""
    first, *others = [clause for clause in re.split(r"[.;!,\n]+", text) if clause.strip()] or [""]
    return bool(others) and is_no(first)


def is_cancel(text: str, *, in_form: bool = False) -> bool:
    """Whether a reply gives the request up and says nothing else; in the form "leave it" is enough."""
    return _is_only(_IS_LEAVE if in_form else _IS_CANCEL, _IS_CANCEL_FILLER, bare(text))


def gives_up(text: str, *, in_form: bool = False) -> bool:
    """Whether a reply gives the request up and tells why: "please withdraw that. we found another"."""
    if in_form and _ends_with_leaving(text):
        return True
    first, *others = [clause for clause in re.split(r"[.;!,\n]+", text) if clause.strip()] or [""]
    if others and not (is_cancel(first) or is_no(first)):
        joined = f"{first} {others[0]}"  # "actually no. forget it"
        return is_cancel(joined) and not _ADDS.search(bare(" ".join(others[1:])))
    is_up = is_cancel(first) or any(is_cancel(clause) for clause in others[:1])
    return bool(others) and is_up and not _ADDS.search(bare(" ".join(others)))


def _ends_with_leaving(text: str) -> bool:
    """ "This takes forever, forget the whole thing"."""
    clauses = [clause for clause in re.split(r"[.;!,\n]+", text) if clause.strip()]
    is_only = len(clauses) > 1 and is_cancel(clauses[-1], in_form=True)
    return is_only and not _ADDS.search(bare(" ".join(clauses[:-1])))


def holds_first(text: str) -> bool:
    """Whether a reply begins with asking for time and tells why."""
    first, *others = [clause for clause in re.split(r"[.;!,\n]+", text) if clause.strip()] or [""]
    return bool(others) and is_hold(first) and not _ADDS.search(bare(" ".join(others)))


def speaks_of_leaving(text: str) -> bool:
    """Whether a reply that no rule knows speaks of ending it: nothing of it is passed on."""
    return bool(_OF_LEAVING.search(bare(text)))


def is_conditional_yes(text: str) -> bool:
    """Whether a reply is a yes with something behind it that it hangs on."""
    return bool(_YES_BUT.search(bare(text)))


def is_hold(text: str) -> bool:
    """Whether a reply asks for time or is not sure."""
    words = bare(text)
    return _is_short(words, 8) and bool(_HOLD.search(words))


def reconsiders(text: str) -> bool:
    """Whether a reply, perhaps a question, asks for time to think."""
    words = bare(text)
    return _is_short(words, 8) and bool(_RECONSIDERS.search(words))


def is_wrong(text: str) -> bool:
    """Whether a reply says that something is not right, or that it should be changed."""
    return _is_short(bare(text)) and bool(_WRONG.search(bare(text)))


def sets_aside(text: str) -> bool:
    """Whether a reply would rather not give what was asked for."""
    words = bare(text)
    return _is_short(words) and (bool(_ASIDE.search(words)) or is_no(text))


def is_careless_of_time(text: str) -> bool:
    """Whether any time will do, in words that name none."""
    words = _without_fillers(text)
    first = _without_fillers(re.split(r"[,.;!-]", text)[0])
    is_reason = first != words and bool(_HOME.search(words))
    return bool(_CARELESS.fullmatch(words) or (is_reason and _CARELESS.fullmatch(first)))


def is_unsure(text: str) -> bool:
    """Whether somebody does not know, and says nothing else but why."""
    first = _without_fillers(re.split(r"[,.;!]", text)[0])
    is_reason = bool(_UNTIL_KNOWN.search(bare(text))) and bool(_UNSURE.fullmatch(first))
    return is_reason or bool(_UNSURE.fullmatch(_without_fillers(text)))


def _without_fillers(text: str) -> str:
    words = bare(text)
    for filler in ("please", "sorry", "thanks", "well", "oh", "honestly", "um", "so", "ok", "actually"):
        words = re.sub(rf"^{filler} (?=\w)|(?<=\w) {filler}$", "", words)
    return words


def _is_only(phrases: re.Pattern[str], fillers: re.Pattern[str], words: str) -> bool:
    if not words or not _is_short(words):
        return False
    rest, found = phrases.subn(" ", words)
    return found > 0 and not fillers.sub(" ", rest).strip()


def _is_short(words: str, most: int = MAX_MOVE_WORDS) -> bool:
    return len(words) < 200 and len(words.split()) <= most
