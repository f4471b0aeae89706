"""The mail that asks a client to confirm the agreement in writing: ``clients check --confirm``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from drafts import Situation, write
from drafts.situation import Reply
from triage.briefing import Brief, policy_for
from triage.clients.profile import Client, Project
from triage.clock.working_time import hear_by
from triage.desk import Desk
from triage.errors import ConfigError, TriageError


@dataclass(frozen=True, slots=True)
class AgreementMail:
    """A mail that is ready to be sent; ``to`` is empty where the client file has no address."""

    client: str
    project: str
    to: str
    reply: Reply

    def as_record(self) -> dict[str, object]:
        """The JSON line of the contract."""
        return {
            "client": self.client,
            "project": self.project,
            "to": self.to or None,
            "subject": self.reply.subject,
            "body": self.reply.text,
            "language": self.reply.language,
        }

    def as_text(self) -> str:
        """The same for a person."""
        return f"To: {self.to or self.client}\nSubject: {self.reply.subject}\n\n{self.reply.text}"


def agreement_mail(desk: Desk, client: Client, name: str | None, now: datetime) -> AgreementMail:
    """The mail about one project; raises ConfigError for a project that isn't there or isn't the only one.

    Raises TriageError where the draft doesn't pass its own checks: it says which.
    """
    project = project_named(client, name)
    language = client.language if client.language in desk.languages else "en"
    reply = write(
        Situation(
            now=now.astimezone(desk.working.zone),
            language=language or "en",
            new_text="",
            subject="",
            hear_by=hear_by(now, desk.working),
            freelancer=desk.freelancer,
            kind="confirm_agreement",
            client_name=client.people[0] if client.people else client.name,
            policy=policy_for(desk.policy, client),
            working_hours=desk.working.hours if desk.is_known else None,
            **Brief(client, project).facts(now.date()),
        )
    )
    if not reply.is_sendable:
        problems = [f"{problem.rule}: {problem.detail}" for problem in reply.lint]
        why = "; ".join(problems) or f"there are no words for it in the language {language}"
        raise TriageError(f"The mail was not written, since it would not pass its own checks ({why}).")
    return AgreementMail(client.name, project.name, next(iter(client.addresses), ""), reply)


def project_named(client: Client, name: str | None) -> Project:
    """The client's project of this name, or the only one that is open; raises ConfigError with the names."""
    known = ", ".join(f"“{project.name}”" for project in client.projects)
    if not client.projects:
        raise ConfigError("This client has no project yet: add one with `triage clients add NAME --project`.")
    if name is not None:
        wanted = name.strip().casefold()
        found = [project for project in client.projects if project.name.casefold() == wanted]
    else:
        found = [project for project in client.projects if not project.is_closed]
    if len(found) != 1:
        what = "has no such project" if name is not None else "has several projects, or none that is open"
        raise ConfigError(f"--project: this client {what}; name one of: {known}.")
    return found[0]
