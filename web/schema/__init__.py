"""The tables of the record, in SQLAlchemy Core; nothing here is special to one database.

Migrations in `web/migrations` build exactly this (a test compares). Ids are random, times UTC.
"""

from web.schema.accounts import accounts, audit, devices, failed_tries, invitations, recovery_codes, sessions
from web.schema.base import Kept, UtcTime, metadata, new_id
from web.schema.chat import choices, conversations, messages, turns
from web.schema.desk import (
    at_desk,
    canned_replies,
    crisis_steps,
    desk_settings,
    drafts,
    false_alarms,
    handoff_events,
    notes,
    onlookers,
    to_reads,
    undos,
    visits,
    wrong_answers,
)
from web.schema.help_center import answer_votes
from web.schema.hours import clinic_facts, closures, fact_versions, notices, presence
from web.schema.processes import published_release, rate_buckets, urgent_addresses
from web.schema.ratings import ratings
from web.schema.releases import builds, publications, withdrawals
from web.schema.reply_links import conversation_tokens, reply_contacts, reply_links
from web.schema.requests import callback_events, callbacks, handoffs, outbox
from web.schema.reviews import conversation_reviews, conversation_tags, saved_searches, week_signoffs
from web.schema.sites import sites
from web.schema.studio import (
    answer_imports,
    answer_versions,
    answers,
    missed_groups,
    missed_marks,
    project_parts,
    reminders,
    safety_examples,
    signatures,
    studio_settings,
)
from web.schema.studio_work import (
    answer_assignments,
    answer_comments,
    editing_presence,
    lost_message_marks,
    question_views,
    review_requests,
    scheduled_publishes,
    studio_mails,
    test_conversations,
    test_results,
    unsaved_forms,
)

__all__ = [
    "Kept",
    "UtcTime",
    "accounts",
    "answer_assignments",
    "answer_comments",
    "answer_imports",
    "answer_versions",
    "answer_votes",
    "answers",
    "at_desk",
    "audit",
    "builds",
    "callback_events",
    "callbacks",
    "canned_replies",
    "choices",
    "clinic_facts",
    "closures",
    "conversation_reviews",
    "conversation_tags",
    "conversation_tokens",
    "conversations",
    "crisis_steps",
    "desk_settings",
    "devices",
    "drafts",
    "editing_presence",
    "fact_versions",
    "failed_tries",
    "false_alarms",
    "handoff_events",
    "handoffs",
    "invitations",
    "lost_message_marks",
    "messages",
    "metadata",
    "missed_groups",
    "missed_marks",
    "new_id",
    "notes",
    "notices",
    "onlookers",
    "outbox",
    "presence",
    "project_parts",
    "publications",
    "published_release",
    "question_views",
    "rate_buckets",
    "ratings",
    "recovery_codes",
    "reminders",
    "reply_contacts",
    "reply_links",
    "review_requests",
    "safety_examples",
    "saved_searches",
    "scheduled_publishes",
    "sessions",
    "signatures",
    "sites",
    "studio_mails",
    "studio_settings",
    "test_conversations",
    "test_results",
    "to_reads",
    "turns",
    "undos",
    "unsaved_forms",
    "urgent_addresses",
    "visits",
    "week_signoffs",
    "withdrawals",
    "wrong_answers",
]
