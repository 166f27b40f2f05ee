"""What a whole reply in the callback form does: yes, no, wrong, wait, stop, rather not say.

Each list holds phrases; a reply does the thing when phrases and fillers are all there is to it, so
that "yes, but not at work" is no yes. English and Spanish, apostrophes left out (`plain_text.bare`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from components.form_extractors.plain_text import bare

MAX_MOVE_WORDS = 16
_IT = (
    r"(?:it|that|this|them|everything|all|(?:the|my) (?:request|callback|call|form|info"
    r"|details|message|whole thing))"
)
_FINE = r"(?:right|correct|good|fine|perfect|great|ok|okay|accurate|it|all|me|well|awesome|cool|yes)"
_THEM = r"(?:them|him|her|someone|somebody|anyone|you|the team|your team|your people)"

_FILLERS = (
    "please", "thanks", "thank you", "so much", "very much", "a lot", "a bunch", "now", "then", "so", "and", "well",
    "oh", "hi", "hello", "hey", "just", "actually", "already", "today", "right away", "asap", "as it is", "as is",
    "lol", "haha", "maam", "sir", "dear", "cheers", "honestly", "really", "guys", "again", "for me", "to me", "by me", "with me", "por favor",
    "gracias", "ya", "sorry", "um", "uh", "man", "i said", "i think", "you know what", "you know", "look", "listen", "to them", "to the team", "if (?:i|you) miss (?:it|me|you|your call|the call)", "if i dont (?:answer|pick up)",
)  # fmt: skip
_YES = (
    r"y+e+s+h?", "ya", "snd(?: (?:it|that))?", "lgtm", "fire away", "green ?light", "(?:its |all |everything )?in order", "i (?:fully )?approve",
    r"(?:you have|youve got|you got) my (?:ok|okay|permission|consent|blessing|approval|go ahead)(?: to \w+(?: (?:it|that|this))?(?: (?:on|along|off))?)?",
     r"(?:yes )?i (?:do )?want (?:that|it|this|the call|a call)", "yeah", "yea", "(?:good|ready) to go", "ready", "all set", "okey dokey", "okie dokie", "go", "yes (?:it is|they are|it does|i do|i am|you can|you may|all of it|to all)", "yeh", "yep", "yup", "ye", "y", "aye", "s[ií]", "claro", "vale", "correcto", "de acuerdo",
    r"est[aá] bien", r"env[ií]el[oa]", "mandel[oa]", r"m[aá]ndel[oa]", "sure thing", "for sure", "sure", "okay", "ok", "okey", "oki",
    "kk?", "alright", "all right", "fine", "great", "perfect", "perfecto", "good", "do your thing", "have at it", "go on(?: then)?", "excellent", "awesome", "wonderful", "lovely",
    "cool", "correct", "right", "exactly", "true", "affirmative", "absolutely", "definitely", "certainly",
    "of course", "by all means", "indeed", "confirm(?:ed)?", "i confirm", "i agree", "agreed", "i consent", "approved?",
    "accept(?:ed)?", "no problem", "no worries", "why not", "you bet", "you got it", "thumbs up", "uh ?huh", "mm+ ?hm+", "mhm+",
    rf"(?:its |thats |it |that |all |everything |this |both )?(?:looks?|sounds?"
        rf"|seems?) (?:all |quite |very )?{_FINE}",
    rf"(?:thats|its|alls|everythings|all of it is|all of that is|everything is|all is|this is"
        rf"|they are|theyre) (?:all |quite |exactly |also )?{_FINE}",
    rf"(?:all|everything|both) {_FINE}", "(?:that|it|this)(?:ll| will) do", rf"(?:please |do |you can |you may |can |could )*(?:send|submit|pass"
        rf"|forward)(?: {_IT})?(?: (?:off|over|out|through|in|on|along|away))*",
    "go ahead(?: and (?:send|submit)(?: it)?)?", "go for it", "do it", "do that", "please do", "do so", "proceed", "ship it",
    "lets (?:do it|do that|go|send it)", "make it so", "(?:that|it|this) works", "works", "thats all", "put it through",
    rf"(?:have|let|get) {_THEM}(?: to)? (?:call|ring|phone|contact|text|email|reach)(?: me)?(?: back)?",
    rf"(?:{_THEM}|they) (?:can|may|could) (?:call|ring|phone|contact|text|email|go ahead"
        rf"|send it)(?: me)?(?: back)?",
    "call me(?: back)?", r"im (?:ok|okay|fine|good|happy) with (?:that|it|this)", "[👍✅👌🆗🙏🏻🏼🏽🏾🏿]+",
)  # fmt: skip
_NO = (
    "no+", "nope", "dont", "dont you dare", "better not", "no sir", "no maam", "nah", "nay", "na", "n", "negative", "no thanks", "no thank you", "no way", "definitely not",
    "absolutely not", "of course not", "not really", "i dont think so", "id rather not", "rather not", "no gracias",
    "tampoco", "[👎❌🚫]+",
)  # fmt: skip
_A_CALL = r"(?:(?:a|the|that|this|any|your|my) )?(?:phone |more )?(?:calls?|callbacks?|call back|contact)"
_CANCEL = (
    rf"(?:please |just |lets |to )*(?:cancel|forget|scrap|drop|delete|erase|discard|undo"
        rf"|withdraw|trash|abort|stop|skip|quit|end|remove|clear)(?: about)? (?:{_IT}|{_A_CALL}"
        rf"|my (?:number|name|data|request))",
    "cancel", "stop", "abort", "quit", "exit", "never ?mind(?: (?:it|that|about it|about that|about the call|the call|the callback"
        "|then))?", rf"(?:nvm|never ?mind)(?: (?:on|about) (?:{_IT}|{_A_CALL}))?", rf"scratch (?:(?:that|this) whole thing|the whole thing|all of (?:it|that)|{_A_CALL})",
    rf"i (?:wont|dont|no longer) need (?:{_IT}|{_A_CALL}|one)(?: any ?more)?", "call (?:it|that|me|this) off", "i think ill pass", "ill pass on (?:it|that|this|the call)",
    "(?:please )?(?:stop asking(?: me)?|leave it|let it go|leave me alone|start over|go back)",
    rf"i (?:dont|no longer|do no longer) (?:want|need) (?:{_IT}|{_A_CALL}|any of (?:this|it)"
        rf"|one|to (?:be called|be contacted|do this|do it|go on|continue|send it|talk"
        rf"|talk to anyone)|(?:you|anyone|anybody|someone|them) (?:to )?(?:call|send|contact|phone"
        rf"|ring|reach).{{0,24}})",
    r"(?:please )?dont (?:send|submit|call|ring|phone|contact|text|bother|pass)(?: (?:it|that"
        r"|this|me|us|calling|anything|on|anyone))*",
    rf"no {_A_CALL}", rf"(?:ive |i )?changed my mind(?: about (?:all )?(?:{_IT}|{_A_CALL}))?", "im out", "no longer (?:needed|interested)", "(?:im )?not interested",
    r"(?:take|pull) (?:it|that|me|my (?:number|name|request)|the request) (?:back|off"
        r"|down)(?: (?:the|your) list)?",
    r"ill (?:call|ring|phone|contact)(?: (?:you|them|the office|the clinic|in))?(?: myself)?", r"ill (?:do|handle|sort|manage|take care of|deal with) (?:it|that|this)(?: (?:out|myself|on my own|alone))*", r"id rather (?:call|not be called)(?: (?:you|them))?(?: myself)?",
    rf"(?:please |just )*(?:tear|rip) {_IT} up|(?:please |just )*(?:bin|wipe|destroy|kill|void|nix|tear up|get rid of|dispose of) (?:{_IT}|all of (?:it|that)|it all)",
    rf"(?:delete|erase|drop|cancel|remove) (?:all of )?{_IT}", rf"(?:id|i would) (?:rather|prefer)(?: that)? you (?:destroyed|deleted|dropped|forgot|erased|cancelled|canceled|scrapped|binned|withdrew|didnt(?: send)?|did not(?: send)?)(?: {_IT})?",
    "i take (?:it|that) back", "(?:id )?rather not after all", "on reflection", "(?:ah |oh )?on second thoughts?(?: dont(?: bother)?)?", "(?:please )?dont bother", "leave it be", rf"call {_IT} off", r"cancel(?:ar|e|a|elo|alo)?", r"olv[ií]del[oa]", r"d[eé]jel[oa]", "mejor no", "ya no(?: quiero)?", "no quiero(?: nada| que me llamen)?",
    r"(?:please )?(?:take|pull) back (?:it|that|this|my request|the request|my number)", "throw (?:it|that|this) (?:away|out)", "delete", "erase", "discard", "undo", "forget about it", "no call at all",
)  # fmt: skip
_CANCEL_FILLERS = (
    "nah", "nope", "sorry(?: to (?:be a (?:pain|bother|nuisance)|bother(?: you)?|trouble you))?", "any ?more", "after all", "at all", "instead", "on second thoughts?", "wait", "hold on", "ok", "okay", "no", "not", "but", "alright", "yeah",
    "(?:it )?turns out(?: that)?", "i guess", "whole", "of", "of (?:it|that|this)", "about", "altogether", "completely", "if possible", "for now",
)  # fmt: skip
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
    r"\b(?:wrong|not (?:quite|exactly)|(?:is|looks|seems) off|\w+s off$|i (?:never|didnt|did not) (?:say|said|give|gave|want|wanted)|something else|should (?:say"
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
    r"^(?:(?:whenever|when|as soon as|any ?time) (?:it suits|suits|works for|is good for) (?:them|you|the team|your team|everyone)"
    r"|(?:you|they)(?:d| would| will|ll)? (?:probably )?know (?:that )?(?:better|best)(?: .{1,50})?"
    r"|(?:you|they)(?:re|r| are) the (?:receptionist|experts?|boss|one|ones|professionals?)(?: .{1,40})?"
    r"|(?:i )?(?:really )?(?:dont|do not) (?:care|mind)|(?:it |that )?(?:doesnt|does not"
    r"|dont) (?:really )?matter(?: to me)?|no preference|(?:its )?up to (?:you|them)|(?:you"
    r"|they)(?: guys| people)? (?:can )?(?:decide|choose|pick)"
    r"|im (?:flexible|easy|open|always (?:free|home|around|in)|free whenever|home all day|retired|free all day)"
    r"|you tell me|your call|you say|surprise me|flexible|either(?: is fine)?"
    r"|whatever(?: (?:works|you want|is good|time|suits)[\w ]*)?|you (?:choose|pick)"
    r"|me da igual|all the same(?: to me)?|makes no difference|skip(?: (?:it|that"
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
    r"\b(?:roster|schedule|rota|shifts?|boss|calendar|plans?) (?:\w+ )?(?:comes?|is|are|changes?|gets?|has|isnt|arent|wont|not)\b"
)
# What follows a refusal and is no reason for it: another wish, in place of the first.
_ADDS = re.compile(
    r"\b(?:but|instead|just|only|send|text|e ?mail|rather|yes|make it|change|call (?:me|him|her|us)|use)\b"
)


def _any(phrases: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)")


_IS_YES, _IS_NO, _IS_CANCEL, _IS_FILLER = _any(_YES), _any(_NO), _any(_CANCEL), _any(_FILLERS)
_IS_CANCEL_FILLER = _any((*_FILLERS, *_CANCEL_FILLERS))


def is_yes(text: str, *, beside: bool = False) -> bool:
    """Whether a reply is a clear yes and nothing else; `beside`: a wish was cut out of it ("yes but ...")."""
    fillers = _any((*_FILLERS, "but", "only", "with", "fine", "is", "thats")) if beside else _IS_FILLER
    return _is_only(_IS_YES, fillers, bare(text))


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


def is_cancel(text: str) -> bool:
    """Whether a reply gives the request up and says nothing else."""
    return _is_only(_IS_CANCEL, _IS_CANCEL_FILLER, bare(text))


def gives_up(text: str) -> bool:
    """Whether a reply gives the request up and tells why: "please withdraw that. we found another"."""
    first, *others = [clause for clause in re.split(r"[.;!,\n]+", text) if clause.strip()] or [""]
    if others and not (is_cancel(first) or is_no(first)):
        joined = f"{first} {others[0]}"  # "actually no. forget it"
        return is_cancel(joined) and not _ADDS.search(bare(" ".join(others[1:])))
    is_up = is_cancel(first) or any(is_cancel(clause) for clause in others[:1])
    return bool(others) and is_up and not _ADDS.search(bare(" ".join(others)))


def holds_first(text: str) -> bool:
    """Whether a reply begins with asking for time and tells why."""
    first, *others = [clause for clause in re.split(r"[.;!,\n]+", text) if clause.strip()] or [""]
    return bool(others) and is_hold(first) and not _ADDS.search(bare(" ".join(others)))


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
