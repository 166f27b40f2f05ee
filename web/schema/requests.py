"""Tables of what visitors ask staff for: callbacks, handoffs, and the mails about them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from web.schema.base import UtcTime, id_column, metadata, of_conversation
from web.schema.sealed import Sealed, hash_beside

_FOLDED = text("fold_id IS NOT NULL")

callbacks = Table(
    "callbacks",
    metadata,
    id_column(),
    of_conversation(),
    Column("message_id", String(32), nullable=False),
    Column("state", String(16), nullable=False),  # new, called, reached, done, cancelled
    Column("reason", String(200), nullable=False),
    Column("first_name", Sealed("callbacks/first_name")),
    Column("phone", Sealed("callbacks/phone")),
    Column("extension", Sealed("callbacks/extension")),  # of the phone
    Column("email", Sealed("callbacks/email")),
    Column("note", Sealed("callbacks/note")),  # what the visitor wishes, word for word
    Column("best_time", Sealed("callbacks/best_time")),  # in the visitor's words
    hash_beside("phone_hash", of="phone"),
    hash_beside("email_hash", of="email"),
    Column("time_zone", String(64)),  # in which they are meant; none: nobody knows
    Column("channel", String(16)),
    Column("patient", String(16)),
    Column("may_leave_message", Boolean),
    Column("consented_at", UtcTime),  # the visitor confirmed what was read back
    Column("language", String(8), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    Column("due_at", UtcTime),  # when staff call again; none: nobody put it off
    Column("claimed_by", String(32)),  # who is calling
    Column("claimed_name", String(200)),
    Column("claimed_at", UtcTime),
    Column("person_id", String(32)),  # the requests of one person share it
    Index(None, "state", "created_at"),
    Index(None, "conversation_id"),
    Index(None, "person_id"),
    Index(None, "phone_hash"),
    Index(None, "email_hash"),
)

callback_events = Table(
    "callback_events",
    metadata,
    id_column(),
    of_conversation(),
    Column("callback_id", String(32), ForeignKey("callbacks.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),  # 1, 2, ... for one request
    Column("did", String(16), nullable=False),  # a state, or what else was done (`callbacks.DEEDS`)
    Column("outcome", String(16)),  # of an attempt (`callbacks.OUTCOMES`)
    Column("by", String(32)),  # none: the visitor
    Column("note", Sealed("callback_events/note"), nullable=False),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("callback_id", "number"),
    Index(None, "conversation_id"),
)

handoffs = Table(
    "handoffs",
    metadata,
    id_column(),
    of_conversation(),
    Column("message_id", String(32), nullable=False),
    Column("state", String(16), nullable=False),  # requested, claimed, resolved
    Column("reason", String(200), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("wants_person", Boolean, nullable=False),  # asked for; not only found by safety
    Column("claimed_by", String(64)),
    Column("claimed_name", String(200)),  # as the visitor and the second claimer are told
    Column("claimed_at", UtcTime),
    Column("assigned_by", String(200)),  # the colleague who gave it to whoever holds it
    Column("requested_at", UtcTime, nullable=False),
    Column("back_at", UtcTime),  # it came back to the list: its holder went away or gave it up
    Column("words_id", String(32)),  # the message with the strongest words of what safety heard
    Column("strength", Float),  # how strong they are (`web.safety.verdicts.strength`)
    Column("urgent_at", UtcTime),  # the last time that staff were told that safety spoke up
    Column("opened_at", UtcTime),  # somebody at the desk looked at it
    Column("told_again_at", UtcTime),  # nobody had answered in time: told through a second channel
    Column("escalated_to", String(32)),  # nobody had answered: passed to this person on duty
    Column("escalated_name", String(200)),
    Column("escalated_at", UtcTime),
    Column("on_call_at", UtcTime),  # nobody on duty had answered: on-call was told
    Column("resolved_at", UtcTime),
    Column("resolved_by", String(64)),
    Column("resolution", String(24)),  # resolved, not_a_crisis, left
    Column("outcome", String(24)),  # of a crisis (`web/safety/crisis_outcomes.py`)
    Column("fold_id", String(32)),  # one of too many urgent ones from one address: shown in one row
    Index(None, "state", "requested_at"),
    Index(None, "conversation_id"),
    Index("ix_handoffs_folded", "fold_id", "urgent_at", sqlite_where=_FOLDED, postgresql_where=_FOLDED),
    # Two processes at once still make one open handoff for a conversation.
    Index(
        "uq_handoffs_open",
        "conversation_id",
        unique=True,
        sqlite_where=text("state <> 'resolved'"),
        postgresql_where=text("state <> 'resolved'"),
    ),
)

outbox = Table(
    "outbox",
    metadata,
    id_column(),
    of_conversation(),
    Column("about", String(16), nullable=False),  # callback, handoff
    Column("about_id", String(32), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("state", String(16), nullable=False),  # waiting, sent, dead
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", UtcTime, nullable=False),
    Column("problem", String(200)),
    Column("created_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Index(None, "state", "next_try_at"),
    Index(None, "conversation_id"),
    Index(None, "created_at"),
)
