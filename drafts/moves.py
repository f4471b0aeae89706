"""The moves a reply is made of, under the names the playbook gives them."""

from __future__ import annotations

from enum import StrEnum


class Move(StrEnum):
    """What one step of a reply does."""

    ACKNOWLEDGE = "acknowledge"
    EMPATHISE = "empathise"
    APOLOGISE = "apologise"
    CLARIFY = "clarify"
    TAKE_OWNERSHIP = "take_ownership"
    RESTATE_AGREEMENT = "restate_agreement"
    OFFER_OPTIONS = "offer_options"
    REVISION_POLICY = "revision_policy"
    PAYMENT_REMINDER = "payment_reminder"
    COMPENSATE = "compensate"
    BE_TRANSPARENT = "be_transparent"
    SET_BOUNDARY = "set_boundary"
    LIMIT_TIME = "limit_time"
    ESCALATE = "escalate"
    NEXT_STEP = "next_step"
    FOLLOW_UP = "follow_up"
    WALK_AWAY = "walk_away"
