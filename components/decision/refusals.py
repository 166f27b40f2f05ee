"""Who refuses a call, a person or a robot: read before understanding, and cut out of what is read.

"Don't call me, just tell me what it costs" asks what it costs. Each clause is looked at alone.
"""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from components.decision.call_complaints import complains, is_remark
from components.form_extractors.plain_text import bare, folded
from components.keys import READING_TEXT, REFUSED

CALL, ROBOT, COMPLAINT = "call", "robot", "complaint"
MAX_CHARS = 400
_CLAUSE = re.compile(
    r"[.!?;:,\n()]+\s*|\s+(?=(?:but|just|so|because|cause|cuz|tell me|can you|i only"
    r"|i just)\b)|(?<! all)(?<! what)(?<! that)\s+(?=i (?:want|need|wanna) to\b)"
    r"|(?<! i)(?<! we)(?<!^i)\s+(?=(?:dont|don't) want\b)|\s+-+\s+",
    re.IGNORECASE,
)
_END = (
    r"(?: (?:by (?:anyone|anybody|you|phone|a person)|please|under any circumstances"
    r"|in any way|no matter what|by phone|over the phone|on the phone|ever|again|at all"
    r"|either|any ?more|thanks|thank you|ok|okay|back|now|today|then|though|tho|for now|yet"
    r"|thx|ta|cheers|mate|love|period|about (?:it|this|that|anything)|for (?:it|this|that|me)|with me"
    r"|i (?:said"
    r"|mean|told you)|to me))*$"
)
_NEG = (
    r"(?:dont|doesnt|didnt|wouldnt|never|not|no longer|wont|cant|couldnt|rather not"
    r"|prefer not|stop|hate|hates|dislike|detest|avoid|refuse|havent|without)"
)
_BETWEEN = (
    r"(?: (?:want|wanted|need|needed|like|wish|ask|asked|asking|for|do|doing|take|taking"
    r"|answer|answering|accept|make|making|a|an|any|to|get|getting|have|having|really|even"
    r"|your|you|u|me|my|looking|interested|in|be|being|the"
    r"|consent|agree|request|requested|receive|receiving|good|with|at|on|one|of|those|these|handle|stand"
    r"|deal|care|more|wanna|wannt|plan|intend|expect|expecting|schedule|book|another|in|into"
    r"|anyone|anybody|someone|somebody|them|people|nobody|staff|real|live|human|particularly"
    r"|currently|right|now|just|enjoy|comfortable|okay|ok|up|other|unwanted|random|it|that"
    r"|trying|here|there|offering|offer|able))*"
)
_CALLS = (
    r"(?:(?:phone |tele|sales |cold |video )?calls?|phone conversations?|calling|callbacks?"
    r"|call ?backs?|phones?"
    r"|telephones?|phoning|phone numbers? exchange)"
)
_DO_NOT_CALL = re.compile(
    rf"\b(?:dont|never|stop|quit|(?:nobody|no one)(?: (?:should|is to|may|needs to))?|(?:can|could"
    rf"|would|will) you (?:please )?(?:not|never)|please (?:not|no)|rather you didnt"
    rf"|prefer (?:that )?you (?:dont|not)|no need to)(?: (?:you|u|ever|even|dare|please"
    rf"|have (?:anyone|anybody|someone|somebody|them)|let (?:anyone|anybody|them)|try to"
    rf"|need to|bother|bothering|to))* "
    rf"(?:call(?:ing)?|phon(?:e|ing)|ring(?:ing)?|contact(?:ing)?|bother(?:ing)?|dial"
    rf"|reach out|telephone|connect|transfer|put|hand|pass|get back|get in touch|follow up|sign)"
    rf"(?: (?:me|us|my phone|anyone|anybody|someone|to me|with me|through|up|off|on|over|for anything"
    rf"|to (?:anyone|anybody|someone|somebody)"
    rf"|to (?:a|any|the|your) (?:person|human|agent|rep|nurse|doctor|stranger)))*{_END}"
    rf"|\bno need for (?:anyone|anybody|you|someone|them|a person) to (?:call|phone|ring|contact|reach out"
    rf"|get back|get in touch|follow up)(?: (?:me|to me|with me))*{_END}"
)
_NO_CALL_WANTED = re.compile(
    rf"(?<!why )\b{_NEG}{_BETWEEN} {_CALLS}{_END}|^(?:not|never|without|avoid|hate) (?:phones?"
    rf"|phone calls?|calls|calling|talking on the phone)\b"
)
_NOT_BE_CALLED = re.compile(
    rf"\b{_NEG}{_BETWEEN} (?:called|phoned|contacted|rung|telephoned|connected|transferred"
    rf"|reached|put through|called back){_END}"
)
_NOBODY_SHALL_CALL = re.compile(
    rf"\b(?:dont|didnt|doesnt|not|never|no longer|wouldnt|wont)(?: (?:want|need|asking|ask"
    rf"|asked|like|for|even|really|looking|you|to have))* (?:anyone|anybody|someone|somebody"
    rf"|you|u|them|nobody|no one|people|a person|(?:any|one|some) of (?:you|your (?:people|staff))"
    rf"|your (?:people|staff|team)|the (?:clinic|office)|staff|(?:some |a )?strangers?"
    rf"|random (?:people|strangers))(?: people"
    rf"| guys)? (?:to )?(?:call|calling|phone|phoning|ring|contact|reach out|ringing|bother"
    rf"|be calling|get back to|get in touch with)(?: (?:me|us|my (?:house|home|phone)|here))?{_END}"
)
_NOT_TALK = re.compile(
    rf"\b(?:{_NEG}|too (?:shy|anxious|scared|nervous)(?: to)?)(?: (?:want|wanna|need|like|wish"
    rf"|care|to|really|have|feel|up|for|comfortable|able|here|in|the mood|id|looking|even"
    rf"|actually|be|interested|able|trying|like|prefer))* (?:talk|talking|speak|speaking|discuss"
    rf"|discussing|chat"
    rf"|chatting|deal|dealing|interact|interacting|communicate|converse|connected)(?: (?:to"
    rf"|with|about|it|this|on|over))*"
    rf"(?: (?:a|an|any|another|your|real|live|the|actual|other|phone|human"
    rf"|single))*(?: (?:persons?|human|humans|people|anyone|anybody|nobody|no one|someone"
    rf"|somebody|staff|agent|representative|rep|nurse|doctor|receptionist|team|phone|them"
    rf"|you people|strangers?|soul))?(?: being)?{_END}"
)
_NO_ONES = re.compile(
    r"^(?:(?:nope|nah|no no|please|ok|okay|and|or|but|so|well|look|listen|again|i said|i told you"
    r"|like i said|said|absolutely|definitely|just|hi|hello|hey|still|as i said|there will be"
    r"|with|i want|id like|thanks) )*(?:no|zero|without|not|none of)(?: (?:any|more|your|a|an"
    r"|the|real|live|actual|need for|unsolicited|follow ?up|sales|phone|human|and|or|no"
    r"|thanks|other|salesy|pushy|another|cold))* "
    r"(?:calls?|calling(?: \w+)?|callbacks?|call ?backs?|phones?|phone ?calls?|telephone"
    r"|persons?|people|humans?|staff|agents?|reps?|representatives?|salespe(?:ople|rson)"
    r"|salesm[ae]n|follow ?ups?|sales(?: (?:pitch|talk|stuff))?|pitch(?:es)?|receptionists?"
    r"|human beings?|contact|talking|voice|texts?|texting)"
    r"(?: (?:and|or|no|nor|phone|calls?|people|persons?|humans?|emails?|texts?|messages?"
    r"|robots?|bots?|staff|either|neither|nothing|mails?|visits?|letters?|zoom|anything))*(?: (?:needed"
    r"|required|necessary|wanted|for me"
    r"|involved|today|tonight|ok))*" + _END
)
_PHONE_FEAR = re.compile(
    rf"\b(?:hate|hates|cant stand|dislike|detest|avoid|dread|(?:scared|afraid|terrified"
    rf"|fearful) of|(?:anxious|nervous|anxiety|awkward|uncomfortable|terrible|bad|panicky|shaky|panic"
    rf"|weird) (?:about|with|on|at|over)|phobia (?:of|about))(?: (?:getting|being|making"
    rf"|taking|answering|talking|speaking|to|on|over|the|my|a|all|any|about|with|using|people"
    rf"|strangers))* {_CALLS}\b"
    rf"|\b(?:talking|speaking) (?:to|with) (?:people|strangers|anyone|anybody"
    rf"|someone) (?:\w+ )?(?:gives?|makes?|freaks?"
    rf"|scares?|stresses|terrifies) me\b"
    rf"|\b{_CALLS} (?:give|gives|make|makes|freak|freaks|scare|scares|stress|stresses|trigger"
    rf"|triggers|terrify|terrifies) me\b|\b(?:phone|call|telephone) (?:anxiety|phobia)\b"
    rf"|\bi dont (?:do|use|answer|pick up|talk on|like) (?:the "
    rf"|my )?(?:needles and i dont do )?{_CALLS}\b"
)
_ONLY_IN_WRITING = re.compile(
    r"^(?:(?:please|just|ok|well|and|so|i want|id like|its|use|by|via|through|in|the"
    r"|strictly) )*(?:(?:emails?|texts?|chat|writing|written|online|messages?) only"
    r"|(?:can|could) (?:we|you) (?:please )?(?:keep|have|do) (?:this|it|that|everything|things)"
    r" (?:in writing|by (?:email|text|chat)|in (?:the |this )?chat)"
    r"|(?:i )?(?:would |id )?(?:much )?prefer (?:reading|writing|typing|texting)(?: (?:to|over"
    r"|instead of) (?:talking|calling|speaking|phones?))?"
    r"|(?:text|texting|writing|email|chat|typing) is (?:the only way|how|all) (?:i|we)(?: \w+){1,4}"
    r"|only (?:(?:by|via|in|through|on|over|use) )*(?:email|texts?|chat|writing|online"
    r"|messages?)(?: (?:me|us|here))?)" + _END
)
_NOT_A_PERSON = re.compile(
    rf"\b(?:dont|do not|rather not|not|no) (?:want|need|like|asking for|looking for"
    rf"|interested in)(?: (?:a|an|any|to|your|real|live|another|the|have|get|see))* (?:person"
    rf"|human|humans|people|human being|agent|representative|receptionist|salesperson"
    rf"|staff member){_END}"
)
_MORE = re.compile(
    r"\b(?:calls?|phones?|phone calls?) (?:is|are) (?:useless|impossible|no good|very hard"
    r"|difficult|hell)\b"
    r"|\bi (?:wont|never|will not) (?:pick up|answer)(?: (?:if|when) you call| the phone"
    r"| (?:my )?calls| unknown numbers)?$"
    r"|\b(?:spare me|skip|save)(?: me)? (?:the|your) (?:sales|pitch|hard sell|salesman)"
    r"|\b(?:dont|never|not)(?: (?:want|try|trying|need|looking|here|asking|like|be|being|you|to))*"
    r" (?:sell|sold|upsell|pitch|pressure)(?: (?:me|us|to|up|for|anything|something|a|thing|on))*$"
    r"|\b(?:quit|stop|enough (?:with|of)|why do you keep|you keep)(?: (?:asking|pushing|begging"
    r"|nagging|bugging|offering"
    r"|suggesting))?(?: (?:me|for|with|about|to|the|a|your|my|all))* (?:number|phone|calls?"
    r"|calling|call me|callback|details)"
    r"(?: (?:button|thing|stuff|on me|at me|already))*$"
    r"|\b(?:calls?|phones?|phone calls?|the (?:tele)?phone) (?:is|are|would be|s)? ?(?:of )?(?:no|not much"
    r"|little)"
    r" (?:use|good|help|option)\b"
    r"|\b(?:calls?|phones?) (?:dont|wont|doesnt) work (?:for|with) me\b|\bcant (?:really )?hear (?:on"
    r"|over) the phone\b"
    r"|\bi (?:only|just) (?:use|do|like|prefer) (?:the )?(?:chat|texts?|texting|email|writing"
    r"|typing)\b|\bcant do phone conversations?\b|\b(?:rather (?:you|they|nobody"
    r"|no one) (?:didnt|dont|not|did|would not)? ?(?:call\w*"
    r"|phone\w*|contact\w*)|^(?:nobody|no one) (?:call|phone|contact)(?: me)?$"
    r"|not ready to (?:talk|speak)|^(?:just |only )?(?:info|information|answers?"
    r"|facts)(?: only)? no (?:people|persons?|calls?|humans?)|calls? (?:are|is) (?:out|off"
    r"|a no)|no (?:people|persons?|humans?|calls?"
    r"|phones?)(?: please)?$|keep your (?:staff|people|team) away"
    r"|stop (?:pushing|offering|suggesting|mentioning)(?: (?:me|a|the|phone|your))* (?:calls?"
    r"|callbacks?)|(?:remove|take) me (?:from|off) (?:your|the) (?:call )?list"
    r"|(?:dont|not) (?:want|like|need) to be (?:bothered|disturbed|hassled|pestered|sold)"
    r"|(?:dont|never) put me through|no phone number needed"
    r"|(?:dont|not) want (?:\w+ ){0,4}(?:calling|phoning|ringing|contacting)(?: me)?$)"
)
_WHO_SAID = re.compile(
    r"\b(?:not|never|wont|refuse to|dont want to|not going to)(?: (?:be|going to|ever))*"
    r" (?:giv\w+|leav\w+|hand\w*|shar\w+)(?: (?:you|out|over|anyone|anybody|here))* (?:my|a|any"
    r"|out my) (?:\w+ )?(?:number|phone|details)\b"
    r"|\bwithout (?:phoning|calling|ringing|speaking to|talking to)(?: (?:to|with))?"
    r" (?:anyone|anybody|someone|somebody|a person|people|you|your \w+|the \w+)\b|\bleave me be\b"
    r"|\b(?:dont|never|not|no need to) (?:\w+ )?(?:send|forward|refer|pass|direct|hand) me (?:on |over "
    r"|off )?(?:to|onto) (?:the|your|a|an|any|some)\b"
    r"|\bwho (?:said|told|asked|says) .{0,30}\b(?:call|called|phone|contact|person|talk)"
    r"|\b(?:did i|i didnt|i never|have i) (?:ever )?(?:ask|asked|request|say|said|want"
    r"|wanted)(?: for| i wanted| to| any)* (?:a |be |to be |anyone |you |that )?(?:call"
    r"|callback|called|phone call|calls|contacted|person)|\bleave me alone\b"
    r"|\bi(?:ve)? (?:already )?(?:said|told you) no\b"
)
_MACHINE = r"(?:robots?|bots?|chatbots?|machines?|ai|computers?|automated|automation|software|program)"
_ROBOTS = re.compile(
    rf"\b(?:{_NEG}|no|sick of|tired of|fed up with|done with|enough of|get me off)"
    rf"(?! (?:mind|care|know|think|understand|idea|clue|doubt|problem))"
    rf"(?! (?:\w+ ){{0,3}}(?:talk|speak|chat|deal)(?:ing)? (?:to|with))"
    rf"(?:(?: \w+){{0,4}}|(?: \w+){{0,7}} (?:to|with|by)(?: (?:a|an|the|some|any))?) {_MACHINE}"
    rf"(?: \w+)?(?: (?:with|about|for|on) (?:\w+ ){{0,3}}\w+)?{_END}"
    rf"|\b(?:sooner|rather) .{{1,30}} than (?:a |an |with a |to a )?{_MACHINE}{_END}"
)
_WANTS_A_PERSON = re.compile(
    r"\b(?:want|need|like|get|give me|talk to|speak to|speak with|talk with|prefer"
    r"|connect me)\b.{0,24}\b(?:human|person|someone|somebody|nurse|doctor|staff)\b"
)
_CALL_RULES = (
    _DO_NOT_CALL,
    _NO_CALL_WANTED,
    _NOT_BE_CALLED,
    _NOBODY_SHALL_CALL,
    _NOT_TALK,
    _NO_ONES,
    _PHONE_FEAR,
    _ONLY_IN_WRITING,
    _NOT_A_PERSON,
    _WHO_SAID,
    _MORE,
)
# "Why doesn't anybody call me?", "nobody has called me" ask for a call.
_WANTS_ONE = re.compile(
    r"^(?:why|how come)\b|(?<!dont want )(?<!dont need )\b(?:no ?one|nobody) (?:has |have |ever "
    r"|is )?(?:call|answer|return"
    r"|phon|contact)|\b(?:instead of|rather than|why not)\b|\bdont (?:have|see|find"
    r"|know) .{0,20}(?:number|phone)|\bis (?:not|there no)|\b(?:you|they) (?:never|didnt"
    r"|havent|dont|wont)(?: \w+)? (?:call|return|answer|pick)|\b(?:you|they|people|your \w+"
    r"|nobody|staff) never (?:answer|pick|call|return)|\b(?:didnt|havent) (?:get|got|gotten"
    r"|received|receive) (?:a|my|any|the|that)\b|\bmissed\b|\bcant (?:get|reach|find)"
    r"|do not call|\bphone (?:number|is|isnt|doesnt|died)|without (?:my|your|a"
    r"|the) phone (?:during|in)|\b(?:use|have|bring|keep|take|look at) (?:my|your|the"
    r"|a) phones?\b"
)
_ASKS = re.compile(
    r"^(?:do|does|is|are|can i|could i|should i|will|would|what|when|how|where"
    r"|have)\b(?! (?:you|u) (?:please )?(?:not|never))"
)


def without_refusals(text: str) -> tuple[str, str | None]:
    """The text without the clauses that refuse, and what they refuse: call, robot, or our offer of a call."""
    if not 0 < len(text) <= MAX_CHARS:
        return text, None
    kept, refused = [], set()
    is_tired = complains(text)
    for clause in _clauses(text):
        what = _refused_in(bare(clause)) or (COMPLAINT if is_tired and is_remark(clause) else None)
        if what:
            refused.add(what)
        else:
            kept.append(clause)
    is_for_a_person = refused == {ROBOT} and _WANTS_A_PERSON.search(bare(text))
    if not refused or is_for_a_person:
        return text, None
    rest = ". ".join(clause.strip() for clause in kept if len(bare(clause)) > 1)
    return rest, next(what for what in (CALL, COMPLAINT, ROBOT) if what in refused)


def only_fears_the_phone(text: str) -> bool:
    """Whether a text speaks of not liking calls and refuses none: "i'm nervous about the call"."""
    rules = [rule for rule in _CALL_RULES if any(rule.search(bare(clause)) for clause in _clauses(text))]
    return rules == [_PHONE_FEAR]


def _clauses(text: str) -> list[str]:
    plain = folded(text)
    starts = [0, *(match.end() for match in _CLAUSE.finditer(plain))]
    ends = [*(match.start() for match in _CLAUSE.finditer(plain)), len(plain)]
    marks = [plain[end : end + 1] for end in ends]
    return [
        text[start:end] + ("?" if mark == "?" else "")
        for start, end, mark in zip(starts, ends, marks, strict=True)
        if text[start:end].strip()
    ]


def _refused_in(words: str) -> str | None:
    words = re.sub(
        r"^(?:but|and|so|because|cause|cuz|ok|okay|yes|well|please|sorry|look|listen) (?=\w+ \w)", "", words
    )
    words = re.sub(r"\b(call|ring|phon|text|bother|contact|talk|speak|pester)in\b", r"\1ing", words)
    words = re.sub(r"\bthru\b", "through", words)
    if _ASKS.search(words) and not re.search(r"\bdid i ask\b", words):
        return None
    if _WANTS_ONE.search(words) and "rather you" not in words:
        return None
    if any(rule.search(words) for rule in _CALL_RULES):
        return CALL
    return ROBOT if _ROBOTS.search(words) and not _WANTS_A_PERSON.search(words) else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class RefusalReader(GraphComponent):
    """Marks what a message refuses and leaves the rest to understand."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RefusalReader:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            rest, refused = without_refusals(message.get(READING_TEXT, message.get(TEXT)) or "")
            if refused:
                message.set(REFUSED, refused, add_to_output=True)
                message.set(READING_TEXT, rest or message.get(TEXT) or "")
        return messages
