"""Every limit of the web half with its default, in one place; and the buckets for the rates."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

# So many open requests for a call may name one number or address, from different chats.
MAX_OPEN_CALLS_FOR_ONE_NUMBER = 3


@dataclass(frozen=True)
class Rate:
    """So many at once (`burst`), then one more every `refill_s` seconds."""

    burst: int
    refill_s: float


@dataclass(frozen=True)
class Patience:
    """How long things at the desk may take before something happens (`web/desk/handoff_timeouts.py`)."""

    # The visitor wrote, and the holder is silent for so long: the claim is over.
    silent: timedelta = timedelta(minutes=4)
    # The holder has no page of the desk open any more: the claim is over.
    unseen: timedelta = timedelta(minutes=5)
    # A visitor who wanted a person is gone for so long, without a number: closed.
    left: timedelta = timedelta(minutes=15)
    # Nobody looked at a request: told again through a second channel.
    unopened: timedelta = timedelta(minutes=5)
    unopened_urgent: timedelta = timedelta(minutes=2)


@dataclass(frozen=True)
class Limits:
    """What the service accepts and how long it waits; tests pass shorter ones."""

    max_body_bytes: int = 16 * 1024
    # Connections that wait for their client make room for new ones of the same address. More than may
    # wait for news, so that whoever waits can also send.
    max_connections_per_address: int = 80
    # A request has come within so long, however busily its bytes trickle; a long one gets more time.
    head_within_s: float = 10.0
    body_within_s: float = 15.0
    slowest_upload_bytes_per_s: int = 64 * 1024
    max_uploads_at_once: int = 3
    # Over these rates a crisis is still let in, at rates of its own below (`web/chat/inbound.py`).
    messages_per_conversation: Rate = Rate(burst=12, refill_s=2.0)
    messages_per_address: Rate = Rate(burst=60, refill_s=0.5)
    messages_of_all: Rate = Rate(burst=500, refill_s=0.01)
    # When all together are over their rate, this is left to each address.
    messages_in_a_crowd: Rate = Rate(burst=12, refill_s=4.0)
    conversations_per_address: Rate = Rate(burst=20, refill_s=10.0)
    conversations_of_all: Rate = Rate(burst=200, refill_s=0.2)
    conversations_in_a_crowd: Rate = Rate(burst=3, refill_s=60.0)
    # Addresses to write to and links to use up (`web/chat/routes/reply_contacts.py`).
    contacts_per_address: Rate = Rate(burst=10, refill_s=30.0)
    ratings_per_address: Rate = Rate(burst=20, refill_s=3.0)
    # Safety's verdict takes about a millisecond; after so long it is "unsure" (`web/safety/workers.py`).
    verdict_within_s: float = 0.3
    # The first crisis of a chat is always let in; more, with the card on the screen, once a second.
    crises_per_conversation: Rate = Rate(burst=3, refill_s=1.0)
    crises_per_address: Rate = Rate(burst=20, refill_s=1.0)
    crisis_starts_per_address: Rate = Rate(burst=10, refill_s=2.0)
    # So many urgent chats of one address in an hour stand on the desk's list; more share a row.
    urgent_per_address_and_hour: int = 5
    # So many urgent chats that nobody has taken over stand on the desk's list; one row counts the rest.
    urgent_on_the_list: int = 20
    # What everybody may ask for before any work is done (`web/http/fairness.py`). Staff who are
    # signed in may ask for more.
    reads_per_address: Rate = Rate(burst=300, refill_s=0.05)
    reads_of_all: Rate = Rate(burst=1000, refill_s=0.01)
    reads_in_a_crowd: Rate = Rate(burst=60, refill_s=1.0)
    files_per_address: Rate = Rate(burst=1500, refill_s=0.01)
    files_of_all: Rate = Rate(burst=3000, refill_s=0.004)
    files_in_a_crowd: Rate = Rate(burst=200, refill_s=0.5)
    sends_per_address: Rate = Rate(burst=150, refill_s=0.2)
    sends_of_all: Rate = Rate(burst=1000, refill_s=0.01)
    sends_in_a_crowd: Rate = Rate(burst=30, refill_s=1.0)
    logins_per_address: Rate = Rate(burst=30, refill_s=3.0)
    logins_of_all: Rate = Rate(burst=60, refill_s=0.5)
    logins_in_a_crowd: Rate = Rate(burst=2, refill_s=30.0)
    # Who is refused waits so long for the refusal: a client that waits for it cannot ask faster.
    refusal_after_s: float = 1.0
    max_messages_per_answer: int = 200
    # However many pages of the desk watch, its lists are read and drawn this often.
    desk_lists_every_s: float = 1.0
    # A request that waits for news holds a socket. Many people may share one address.
    max_waiting_per_address: int = 60
    max_listeners_per_conversation: int = 8
    # More than so many windows of one conversation wait only so long each.
    crowded_wait_s: float = 2.0
    max_wait_s: float = 25.0
    # The visitor is told something true within 8 s; the rest of them is for the way there and back.
    reply_deadline_s: float = 6.5
    bot_timeout_s: float = 20.0
    # How long to wait before asking a bot that is not there once more.
    bot_retries_s: tuple[float, ...] = (0.25, 0.75, 1.5)
    lease_s: float = 40.0
    sweep_every_s: float = 1.0
    # Who waits for news looks into the record this often: the news of a killed process is lost.
    look_again_s: float = 5.0
    # Another window of a conversation sees a visitor's message so much later, or together with its answer.
    own_words_within_s: float = 0.25
    # How often the desk's clock is looked at, and how long each thing may take there.
    desk_look_every_s: float = 4.0
    patience: Patience = field(default_factory=Patience)
    # A conversation stays in crisis context for so many messages after a card: mostly, to its end.
    crisis_context_messages: int = 1_000
    mail_timeout_s: float = 20.0
    mail_retries_s: tuple[float, ...] = (10, 60, 300, 900, 3600, 7200, 14400)
    # A device that is told late is told nothing: by then others were.
    push_retries_s: tuple[float, ...] = (5, 20, 60, 300, 900)
    # A session is as long as a shift. Without use it locks, and the password opens it again.
    session_hours: float = 12.0
    lock_after_minutes: float = 15.0
    # After the password, so long is the second factor's code waited for.
    code_minutes: float = 10.0
    trusted_device_days: float = 30.0
    invitation_days: float = 7.0
    # A link in a mail opens the visitor's chat once, within so many days.
    reply_link_days: float = 7.0
    # The pages of staff count as watched for so long after somebody signed in to them.
    watched_days: float = 7.0
    chat_days: int = 30
    # Chats with a request for a call or a person; the notice names them when they stay longer.
    handoff_days: int = 30


@dataclass
class Buckets:
    """Token buckets by key. An idle bucket is full again and is dropped, so memory stays flat."""

    rate: Rate
    max_keys: int = 10_000
    _filled: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, key: str, *, now_s: float) -> float:
        """Take one token; the answer is 0.0, or the seconds until there is one again."""
        tokens = self._tokens(key, now_s)
        if tokens < 1.0:
            return (1.0 - tokens) * self.rate.refill_s
        if len(self._filled) >= self.max_keys:
            self._drop_full(now_s)
        self._filled[key] = (tokens - 1.0, now_s)
        return 0.0

    def has(self, key: str) -> bool:
        """Whether a token was taken so lately that the bucket may not be full."""
        return key in self._filled

    def _tokens(self, key: str, now_s: float) -> float:
        tokens, then_s = self._filled.get(key, (float(self.rate.burst), now_s))
        return min(float(self.rate.burst), tokens + (now_s - then_s) / self.rate.refill_s)

    def _drop_full(self, now_s: float) -> None:
        full = [key for key in self._filled if self._tokens(key, now_s) >= self.rate.burst]
        for key in full:
            del self._filled[key]
