"""From a situation to a calm reply in the freelancer's voice: facts in, draft and lint out."""

from drafts.compose import supported_languages, write
from drafts.situation import Freelancer, History, Policy, Problem, Reply, Situation

__all__ = [
    "Freelancer",
    "History",
    "Policy",
    "Problem",
    "Reply",
    "Situation",
    "supported_languages",
    "write",
]
