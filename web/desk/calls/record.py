"""A request for a call as plain text, for the clinic's own record system: copied or printed."""

from __future__ import annotations

from web.desk.calls.rows import Call


def as_text(call: Call, *, clinic: str) -> str:
    """Everything that is known of a request, line by line."""
    lines = [
        f"Request for {call.wish}, {clinic}",
        f"Name: {call.name}",
        f"{'Number' if not call.href.startswith('mailto') else 'E-mail'}: {call.way}",
        *([f"E-mail: {call.email}"] if call.email else []),
        f"Asked: {call.when}",
        f"State: {call.state_words}{f', {call.closed}' if call.closed else ''}",
        *([f"Special request: {call.note}"] if call.note else []),
        f"Best time: {call.best_time or 'not said'}"
        f"{f' ({call.best_time_explained})' if call.best_time_explained else ''}",
        f"May we leave a message? {call.may_leave_message}",
        f"Language: {call.language}",
        f"Patient: {call.patient}",
        *([f"About: “{call.about}”"] if call.about else []),
        *(f"Wrote: “{each}”" for each in call.told),
        f"Attempts: {call.attempts}",
        *(f"{when}: {done}{f': {note}' if note else ''}" for when, done, note in call.history),
    ]
    return "\n".join(" ".join(line.split()) for line in lines)
