"""Whether a reply asks something, and which question about the call itself it is.

Its kinds are answered in `actions/about_call.py`.
"""

from __future__ import annotations

import re

from components.form_extractors.kinds import BEST_TIME, EMAIL, FIRST_NAME, PHONE
from components.form_extractors.notes import PEOPLE
from components.form_extractors.plain_text import bare

_LEAD = (
    r"^(?:(?:and|but|so|ok|okay|wait|hang on|hold on|hold up|um|uh|oh|hey|hi|hello|first|also|lol|haha"
    r"|bro|yo|dude|nah|like|btw|hmm|k|damn"
    r"|just|actually|sorry|well|then|h+m+|er+|roughly|about|exactly|quick question|question"
    r"|one (?:question|thing)(?: first)?|before (?:that|i do)|excuse me|no|yes|yeah|sure|fine"
    r"|great|cool|good) )*"
)
_WHO_OR_WHAT = (
    r"(?:why|what|whats|when|where|who|whos|whose|how|hows|which|wheres|whens|por qu[eé]"
    r"|qu[eé]|cu[aá]ndo|qui[eé]n|c[oó]mo)\b"
)
_VERB_FIRST = (
    r"(?:is|are|am|do|does|did|can|could|will|would|should|shall|may|might|have|has|was|were"
    r"|isnt|arent|dont|doesnt|wont|cant|couldnt|wouldnt|didnt"
    r"|is|arent) (?:i|you|yall|ya|folks|they|it|he|she|we|someone|somebody|anyone|anybody|a|an|the|my|this"
    r"|that|there|your|these|those|one|people|everyone|his|her|our|any|really)\b"
    r"|(?:is|are|was|were|does|did|has|isnt|arent|doesnt|didnt|wasnt) (?!ok|okay|fine|good"
    r"|best|better|great)\w+ \w"
)
_STARTS_ASKING = re.compile(
    rf"{_LEAD}(?:{_WHO_OR_WHAT}|{_VERB_FIRST}|any(?:one|body) (?:there|home|here|around))"
)
# "When the kids are asleep" tells.
_WHEN_I = re.compile(
    r"^cuando (?:sea|quiera\w*|pueda\w*|guste\w*|les? \w+|salga|termine|llegue|est[eé]|no)\b|"
    r"^when (?:im|i|ive|my|the kids|the baby|the house|we|were|work|school|class|everyone|hes"
    r"|shes|its|it gets|theyre|nobody|no one)\b"
)
_TELL_ME = re.compile(
    r"\b(?:i (?:want|need|would like|was wondering|wonder)|id like|tell me|can you tell me"
    r"|wondering|curious)\b.{0,20}\b(?:to know|what|when|who|how|if|whether|why)\b"
    r"|^(?:(?:and|ok|please|well|first|wait|just|can you) )*tell me (?:about|more|something)\b"
)
# "how about friday?", "does 3 pm work?", "could you call after 5?" propose a time.
_PROPOSES = re.compile(
    r"^(?:ok |okay |um |well |maybe |hmm )*(?:(?:how|what) about|any chance (?:of|for)|(?:can"
    r"|could) (?:we|you|they|i) (?:push|bump|shift|reschedule|bring)\b|(?:(?:is|are|would|does|do"
    r"|will)(?! (?:they|you|yall|your|the (?:office|clinic|team))\b)"
    r"|can we (?:do|say|make it)|could we (?:do|say)|shall we say) .{1,40}\b(?:ok|okay|work"
    r"|works|good|fine|possible|alright|suit)\b"
    r"|(?:can|could|will|would|may) (?:you|they|someone|somebody|we|i|u"
    r"|it)(?: \w+)? (?:change|switch|move|set|put|make|call"
    r"|ring|phone|do|try|text|be|say|make it)\b)"
)
_CLAUSE_END = re.compile(r"[.,;!?]\s")
_THEY = (
    r"(?:you|they|u|someone|somebody|anyone|the (?:clinic|team|office|nurse|doctor|person)"
    r"|your (?:team|people|staff|office)|people|it|he|she)"
)
_CALL = (
    r"(?:call|calls|called|calling|ring|phone|phoning|contact|contacting|reach|reaching|text"
    r"|texting|get back|get in touch|hear|answer|reply|respond)"
)
_MY = r"(?:my|the|that|this|it|a|any|these|all (?:this|that|these)|personal|so much)"
_DETAIL = (
    r"(?:name|first name|last name|number|phone|phone number|cell|email|address|time|info"
    r"|information|details|data|stuff)"
)

_THEY_SAW = r"(?:any ?(?:one|body)|some ?(?:one|body)|they|you(?: guys| people)?|the (?:team|clinic|office|nurse)|your team|staff)"

_KINDS: tuple[tuple[str, str], ...] = (
    ("seen", rf"\b(?:has|have|did|does|do) {_THEY_SAW} (?:\w+ )?(?:seen?|read|look(?:ed)? at|open(?:ed)?|notice[d]?|check(?:ed)?"
        rf"|know) (?:it|that|this|my|about|the|at)\b|\b(?:has|was|is) (?:it|this|that|my request"
        rf"|the request) (?:\w+ )?"
        r"(?:been )?(?:seen|read|looked at|opened|noticed)\b|\b(?:lo|la) (?:vieron|han visto|ley[oó]"
        r"|leyeron|vio alguien|ha visto)\b"
        r"|\balguien (?:ya )?(?:lo )?(?:vio|ley[oó]|ha visto)\b"),
    ("was_it_sent", r"\bwhat (?:do|did|have|has) (?:you|they|we) (?:\w+ )?(?:have|got|get|write|wrote|written|note|noted|put|take"
        r"|took|taken|record|type|typed|save)(?: (?:down|me|in|there|as|so far|now))*(?: (?:for|on|about"
        r"|of|as) (?:me|my \w+|mine))?(?: (?:please|thanks|again|ok))*$"
        r"|\bwhat (?:is|was|s) (?:in|on) (?:my|the) (?:request|form|note|list)\b|\b(?:read|show|repeat"
        r"|tell) (?:it |that |them )?(?:back )?"
        r"(?:to )?(?:me )?(?:what you (?:have|wrote|got|put)|my (?:request|details|info))"
        r"|\b(?:which|what) (?:number|name|time|email|day|details?|info) (?:do|did|have|will) (?:you"
        r"|they|we) (?:\w+ )?(?:have|put|write|get"
        r"|got|save|note|use|call)\b|\bdid (?:you|it|that|this|my request|the request"
        r"|the form) (?:\w+ )?(?:send|sent|go|went|submit|pass|save)\b"
        r"|\b(?:is|was|has) (?:it|that|this|everything|my \w+|the request) (?:\w+ )?(?:sent|submitted"
        r"|passed on|on its way|(?:in|done|through|received|saved)(?: (?:now|yet|already|ok|okay))?$)"
        r"|\b(?:sure|certain) (?:that )?(?:it|that|this) (?:was|is|got|went|has been)\b"
        r"|\b(?:have|has) (?:you|it|they) (?:\w+ )?(?:sent|submitted|passed|gone|got)\b"
        r"|\b(?:ya )?(?:se|lo|la) (?:envi[oó]|enviaron|mand[oó]|mandaron|ha enviado|han enviado|enviaste"
        r"|mandaste|pas[oó])\b"
        r"|\bqu[eé] (?:n[uú]mero|nombre|hora|datos|correo) (?:tienen?|anot\w+|puso|pusieron|apunt\w+"
        r"|di)\b|\bqu[eé] (?:anot\w+|apunt\w+|escrib\w+|tiene)\b"),
    ("when", r"\b(?:cu[aá]ndo|a qu[eé] hora) (?:me )?(?:van a )?(?:llam\w+|contact\w+)"),
    ("who", r"\bqui[eé]n (?:me )?(?:va a )?(?:llam\w+|contact\w+)"),
    ("was_it_sent", r"\bdo you have (?:my|it|the right)|\bwhat (?:number|name|time|day|email) did i (?:say"
        r"|give|put|leave|type)|\b(?:did|has|have|was|is) (?:it|that|this|my (?:request|message"
        r"|info)"
        r"|the request) (?:\w+ )?(?:send|sent|go|gone|get|got|received|work|worked|been)\b"
        r"|did you (?:get|send|pass|receive)|have you (?:sent|passed|got)|\b(?:what"
        r"|which) (?:number|name|time|details|info|email) (?:do|did|have) you (?:have|put|write"
        r"|get|got)|do you have (?:my|it|the right)|what (?:number|name|time|day"
        r"|email) did i (?:say|give|put|leave|type)"
        r"|\bwhat did i (?:say|give|put|leave|type|tell|write)\b"
        r"|\b(?:can|could) you (?:read|show|repeat|say|tell) (?:it|that|them|me|what)\b.{0,24}\b(?:back"
        r"|again|have|got"
        r"|wrote|put)\b"),
    ("can_change", r"\bif i change my mind\b|\bhow (?:do|can|would) i (?:cancel|change|fix|take)|\b(?:can|could|may"
        r"|am i able to) i? ?(?:still |also )?(?:change|cancel|edit|take (?:it"
        r"|that) back|undo|fix|stop)\b.{0,30}(?:later|after|still|this|that|it|call|request|$)"),
    ("sharing", r"\b(?:sell|selling|sold|share[ds]?|sharing|give (?:it|that|this|my \w+) (?:to|out)"
        r"|pass (?:it"
        r"|that|my \w+) (?:on )?to|spam|robocalls?|marketing|telemarket\w*|advertis\w*|ads|junk"
        r"|third part\w*|mailing list|call list)\b"),
    ("keeping", rf"\b(?:do|will|would|are) {_THEY} (?:going to )?(?:keep|store|save|hold on to) "
        rf"|\bhow long (?:do|will|would|are) {_THEY} (?:keep|store|hold|have|save)|\b(?:stored|kept"
        rf"|saved|recorded|on file|delete[d]?|erased?)\b"),
    ("here", r"^(?:(?:hello|hi|hey|yo|so|um|ok|wait|and) )*(?:are|r) (?:you|u|ya) (?:still |even )?(?:there|here|alive|awake"
        r"|working|with me|listening|ok|on)(?: (?:now|please|or not|at all|anymore))*$"
        r"|^(?:hello|hi|hey|you|still)(?: (?:hello|still|there|out there|here))*$"
        r"|^did (?:you|it|this|the chat) (?:break|crash|die|freeze|hang up|disconnect|stop)(?: (?:again|down|now))*$"),
    ("others", rf"^(?!.*\b(?:message|voicemail|machine)\b).*(?:"
        rf"\b(?:does|do|will|would|can|could|should|must|is|are|has) (?:my|our|the|his|her) (?:\w+ )?"
        rf"(?:{PEOPLE}|employer|work|job|insurance|insurer|school|landlord|church|manager|supervisor|teacher)\b"
        r".{0,30}\b(?:know|find out|see (?:it|this|that)|hear (?:of|about)|told|notified|informed)\b"
        r"|\b(?:will|would|does|do|can|could|has|is) (?:any ?one|any ?body|some ?one|some ?body|others?|people)(?: else)?\b"
        r".{0,20}\b(?:know|find out|see (?:it|this|that)|hear (?:of|about)|told)\b"
        r"|\b(?:do|will|would|are|can) (?:you|they) (?:\w+ ){0,3}(?:tell|telling|inform|notify|contact|informing)"
        rf" (?:my|our) (?:\w+ )?(?:{PEOPLE}|employer|work|job|insurance|insurer|school|doctor)\b)"),
    ("message", rf"\bwhat (?:will|would|do|does|are|is|s) .{{0,30}}(?:message|voicemail|machine|say|said"
        rf"|tell|mention)|\b(?:will|do|would|does|can) (?!you tell me|people)(?:{_THEY}|the message"
        rf"|the voicemail"
        rf"|my \w+) .{{0,20}}(?:say|mention|tell (?!me|us)|name (?:the|it|your|which)|leave|know|hear"
        rf"|find out)\b|what (?:message"
        rf"|voicemail)|what if my .{{1,20}} (?:answers|picks up|hears)"),
    ("what_number", r"\b(?:what|which) number (?:will|do|are|would|is|does|should)|caller id|blocked number"
        r"|unknown number|from what number|(?:show|come) up (?:as|on)|recognize the number"
        r"|know (?:its|that its) you"),
    ("cost", rf"\b(?:is|are) (?:the |this |that |a )?(?:{_CALL}|it|this|that|talking) (?:\w+ )?free"
        rf"|(?:charged?|bill(?:ed)?|pay|costs?|fee|owe)\b.{{0,25}}\b(?:call|for this|for that"
        rf"|calling|talk|speak|ring|chat|phone)|(?:call|talk|this|phone)\b.{{0,16}}\b(?:cost|charge|free)"
        rf"|will i (?:be"
        rf"|get) (?:charged|billed)|do i (?:have|need) to pay|(?:will|does|would) (?:it|this"
        rf"|that) cost (?:me )?(?:anything|money|something|extra)"),
    ("missed", r"\bwhat (?:if|happens if|happens when) (?:i|im|they|you|ive) .{0,30}(?:miss|busy|cant"
        r"|dont|not|voicemail|asleep|work)|if i (?:miss|dont|cant)"
        r"|\bif (?:nobody|no one|(?:they|you|somebody|someone) (?:dont|never|forget\w*)) ?(?:\w+ )?"
        r"(?:calls?|rings?|phones?|gets?|to|back|contacts?|reaches)\b"),
    ("when", rf"\bwhen (?:should|do|am|must|shall|can) i (?:\w+ )?(?:expect|be ready|be available|keep|have|stay|wait"
        r"|listen|look out|be near|be by|pick up|answer)\b"
        r"|^(?:and |so )?will it be (?:today|tomorrow|this|soon|in|before|on)\b"
        rf"|^(?:so )?(?:how soon|when|about when|when then)$|\b(?:are|is) {_THEY} (?:going to "
        rf"|gonna )?(?:call|calling|phone|phoning|ring|text)|\bwhen (?:will|would|are|is|do|does"
        rf"|can|should|could|am|might) .{{0,30}}(?:{_CALL}|back"
        rf"|it be)|when(?:s| is) (?:the|my|that) call|how (?:soon|quickly|fast"
        rf"|long) (?!(?:will|does|is) (?:the|this|that|a|your) (?:phone )?call).{{0,40}}(?:{_CALL}|back"
        rf"|wait)\b"
        rf"|when (?:will|would) (?:that|it|this) be|what time (?:will|would|are|do|should"
        rf"|is) .{{0,24}}{_CALL}|will {_THEY} (?:call|ring|phone|contact|text"
        rf"|email)(?: me)?(?: back)? (?:today|tomorrow|soon|this|on|right|now|tonight|before|by|in"
        rf"|at)|(?:do|does|can|could|would|will) {_THEY} (?:call|phone|ring|work"
        rf"|open).{{0,16}}(?:weekends?|saturdays?|sundays?|mondays?|evenings?|nights?|holidays?"
        rf"|mornings?|afternoons?|today|tonight)|how long (?:till|until|before)|is it today"),
    ("private", rf"\bhow will (?:you|they|it) (?:use|be used)|\b(?:medical record|health record"
        rf"|on my record|insurance (?:know|find out|see|be told))"
        rf"|\b(?:private|privacy|confidential\w*|anonymous|hipaa|secure|encrypted|discreet"
        rf"|safe (?:with|here|to (?:give|type|share|leave|say|put|write)|in here|online)|(?:is"
        rf"|will) (?:{_MY} )*(?:{_DETAIL} )?(?:be )?safe|who (?:\w+ )?(?:sees|gets to see|can see|gets"
        rf"|reads|can read"
        rf"|will see|will read|has|else|is going to see|looks)|(?:do|done|doing|happens?) (?:to"
        rf"|with) (?:{_MY}|them)\b|track\w*|trust|in my (?:chart|file|record))"),
    ("who", rf"\bwho (?:will|would|is|s|are|am|gets|exactly|do|does|from)\b.{{0,40}}(?:{_CALL}|talk"
        rf"|talking|speak|speaking|be|with)|whos (?:{_CALL}|going)|will (?:it|that|this|i|he|she"
        rf"|they) (?:be|get|talk to|speak to|speak with) (?:a|an|the|with|to)\b|is (?:it|that|this"
        rf"|the person|the caller) (?:a|an|going to be a) (?:doctor|nurse|real|person|human|robot"
        rf"|machine|woman|man|receptionist|clinician|salesperson)|(?:doctor|nurse|human"
        rf"|real person|robot|woman|man|male|female) (?:call|calling|who calls)|who (?:calls|is it"
        rf"|would it be)$"),
    ("by_text", rf"^(?:is|are|would) (?:a )?(?:text|texting|texts|sms) (?:ok|okay|fine|possible|good"
        rf"|an option)|\b(?:do|can|could|will|would|may) (?:{_THEY}|i|we) (?:\w+ )?(?:text|sms"
        rf"|whatsapp"
        rf"|message)\b|(?:text|sms|message) (?:me )?instead"),
    ("by_email", rf"\b(?:do|can|could|will|would|may) (?:{_THEY}|i|we) (?:\w+ )?(?:email|write)\b"
        rf"|email (?:me )?instead"),
    ("now", r"\b(?:is|are) (?:there )?(?:anyone|anybody|someone|somebody|they|people|a person"
        r"|any person|any humans?) (?:\w+ )?(?:there|available|around|in|here|free|awake|on)\b"
        r"|^(?:anyone|anybody|someone) (?:there|home|around|here)|(?:can|could) (?:i|someone|they"
        r"|somebody|you|anyone) .{0,24}\b(?:now|right away|immediately|today)$"
        r"|^(?:(?!when|what|how|where|why)\w+ )?are you (?:guys )?(?:there|(?:open"
        r"|available)(?: right)? now|open$)"),
    ("any_number", r"\b(?:does|is|can|will|would) (?:it be |i (?:use|give) )?(?:an? |my )?(?:landline"
        "|land line|home (?:phone|number)"
        r"|house (?:phone|number)|work (?:phone|number|line)|google voice|prepaid|flip phone)\b"),
    ("how_long", r"\bhow long (?:will|does|would|is|do) (?:the|this|that|a|your|it|they"
        "|these) ?(?:phone )?(?:calls?|conversation|chat|talk)?"
        r"(?: (?:usually|normally|typically))? ?(?:take|last|be|go|run)?$"),
    ("what_next", r"\bdo i (?:just |simply |only )?(?:wait|sit)\b"
        r"|\bwhat (?:should|do|must) i (?:need to |have to )?(?:have|get|prepare|bring|know)\b.{0,20}"
        r"\b(?:call|ready|handy|for it|for that|before)\b"
        r"|\b(?:do|should|must) i (?:need|have) (?:my|a|an|any|the|to have)\b.{0,40}"
        r"\b(?:for (?:it|that|the call)|ready|handy|(?:when|before) (?:you|they) call)"
        r"|\b(?:do|should) i (?:need|have) to do (?:anything|something)|^(?:so |and "
        r"|ok )?(?:what (?:now|then)|(?:is )?thats? (?:all|it))$|\b(?:do"
        r"|should) i (?:need|have) to do (?:anything|something)|\bwhat (?:(?:happens|comes|do i do"
        r"|will happen) (?:next|now|then|after (?:this|that"
        r"|i send|sending|you send)|when (?:you|they|i) (?:send|call))|will (?:you|they) (?:ask"
        r"|want|talk|need|discuss)|are (?:they|you) calling)|whats (?:next|this|it about"
        r"|the call about)|what (?:is|will) (?:this|the call|it) (?:be )?(?:about|for)"
        r"|how (?:does|do|will|would) (?:this|it|that|the call) (?:work|go|happen)"
        r"|how long (?:will|does|is) the call"),
    ("binding", r"\b(?:obligat\w*|commit\w*|no strings|binding|signing up|sign up for|sales (?:call"
        r"|pitch)|pressure|have to (?:book|come|buy|decide)|is (?:this|it|that) an appointment)"),
)  # fmt: skip
_ABOUT = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_WHY = re.compile(
    rf"{_LEAD}(?:why(?: (?:is|does|do|would|should|me|so|that|this|it|not|though|tho|all|the"
    rf"|these|those|exactly|are you asking))*(?: (?:matter|important|needed|necessary"
    rf"|questions|question|asking|i|you|ask|need|want|know|{_DETAIL}))*"
    rf"|whats (?:it|that) to you|why (?:(?:do|would|does|must|should|are) )?(?:{_THEY}"
    rf"|i) (?:\w+ ){{0,3}}(?:need|want|ask"
    rf"|know|give|tell|asking|care|have|say|share|have to|collect).{{0,40}}"
    rf"|what(?:s| is| do| would| does)? (?:{_THEY} )?(?:need|want|use|that|it|this|do|would"
    rf"|my \w+)(?: {_MY})?(?: {_DETAIL})? (?:for|with).{{0,16}}|what for|for what|how come"
    rf"|(?:is|are) (?:{_MY}|your)(?: (?:\w+ )?{_DETAIL})? (?:really |absolutely )?(?:needed"
    rf"|necessary|required|important|mandatory|optional|a must)"
    rf"|(?:do|must|should) (?:i|you|they|we) (?:really |actually )?(?:need|have"
    rf"|got)(?: to)?(?: (?:(?:say|give|tell|leave|answer|share|provide|know|put|type|use|do)\b.{{0,40}}"
    rf"|(?:do )?{_MY}(?: {_DETAIL})?|do that))?|must i .{{0,30}}"
    rf"|(?:can|could|may) (?:i|we|you) (?:skip|not (?:say|give|tell|share)|do (?:this"
    rf"|it) without|go without|leave (?:that|it) (?:out|blank|empty)|stay anonymous"
    rf"|use a (?:fake|different) name|make (?:one|it) up).{{0,30}}|does (?:it|that|this"
    rf"|my \w+) (?:really )?matter(?: (?:to you|what|when|which|whether)\b.{{0,30}})?"
    rf"|por qu[eé].{{0,40}})$"
)
_SUBJECT = (
    (EMAIL, re.compile(r"\bemail\b")),
    (PHONE, re.compile(r"\b(?:number|phone|cell|mobile)\b")),
    (FIRST_NAME, re.compile(r"\bname\b")),
    (BEST_TIME, re.compile(r"\b(?:time|when)\b")),
)  # fmt: skip


_AFTER_IT = re.compile(
    r"^(?:(?:so|and|ok|okay|hey|hi|hello|wait|um|but) )*(?:"
    r"(?:did|have|has|was|is) (?:you|it|that|this|my (?:request|message|form|info|details)"
    r"|the (?:request|form))"
    r" (?:\w+ )?(?:been )?(?:send|sent|go (?:through|out|in)|went (?:through|out)|gone (?:through|out)"
    r"|submit(?:ted)?"
    r"|passed on|get sent)(?: (?:it|that|this|my request|yet|already|off|on|now|ok|okay|to them"
    r"|to the team))*"
    r"|(?:what|which) (?:number|name|email|details?|info|phone number) (?:do|did|have) (?:you"
    r"|they) (?:\w+ )?(?:have|got|put|write|note|save)"
    r"(?: (?:down|for me|on me|on file|of mine))*"
    r"|what did (?:you|they) (?:write|note|put|take|type) down(?: (?:for|about|on) me)?"
    r"|has (?:anyone|anybody|somebody|someone) (?:seen|read|looked at) (?:it|my request|my message"
    r"|that)(?: yet| already)?"
    r"|(?:ya )?(?:se|lo) (?:envi[oó]|enviaron|mand[oó]|mandaron)"
    r"|qu[eé] (?:n[uú]mero|datos|nombre) tienen?(?: m[ií]os?)?"
    r")$"
)


def asks_after_request(text: str) -> bool:
    """Whether a message asks what became of a request, though none may have been made."""
    return bool(_AFTER_IT.search(bare(text)))


def is_question(text: str) -> bool:
    """Whether a reply asks something."""
    words = bare(text)
    if "?" not in text and _WHEN_I.search(words):
        return False
    return bool("?" in text or "¿" in text or _STARTS_ASKING.search(words) or _TELL_ME.search(words))


def _first_question(text: str) -> str:
    """The first sentence, when it is a question and something is told behind it."""
    first, mark, rest = text.partition("?")
    return first if mark and rest.strip() else ""


def proposes(text: str) -> bool:
    """Whether a question is a polite way to name a time."""
    return any(_PROPOSES.search(bare(clause)) for clause in _CLAUSE_END.split(text))


def about_call(text: str, asked_for: str | None) -> str | None:
    """Which question about the call or its details this is; None when it is another one."""
    words = bare(text)
    if len(words) > 160:
        return None
    if _WHY.search(words) or _WHY.search(bare(_first_question(text))):
        subject = next((kind for kind, pattern in _SUBJECT if pattern.search(words)), asked_for)
        return f"why_{subject}" if subject in (FIRST_NAME, PHONE, EMAIL, BEST_TIME) else "why_confirm"
    if not is_question(text):
        return None
    return next((kind for kind, pattern in _ABOUT if pattern.search(words)), None)
