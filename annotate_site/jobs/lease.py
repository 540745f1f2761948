"""The one lease on a job: its `heartbeat_at`, renewed by each step, by the database's clock.

Whoever writes the row must still have the heartbeat that it wrote last; so a worker that was
slower than its lease changes nothing once another has taken the job.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from annotate_site import sql
from annotate_site.projects.models.records import JOB_LEASE, JobState

from .kinds import Step

TAKE = """
update projects_job set state = 'running', heartbeat_at = clock_timestamp(),
       started_at = coalesce(started_at, clock_timestamp())
 where id = %(job)s
   and (state = 'waiting'
        or (state = 'running'
            and coalesce(heartbeat_at, started_at) <= clock_timestamp() - %(lease)s))
returning heartbeat_at
"""
ENDS = """
select coalesce(heartbeat_at, started_at) + %(lease)s as at from projects_job
 where id = %(job)s and state in ('waiting', 'running')
"""
RENEW = """
update projects_job set heartbeat_at = clock_timestamp(), cursor = %(cursor)s, done = %(done)s,
       total = coalesce(%(total)s, total)
 where id = %(job)s and state = 'running' and heartbeat_at = %(heartbeat)s
returning heartbeat_at
"""
GIVE_BACK = """
update projects_job set state = 'waiting'
 where id = %(job)s and state = 'running' and heartbeat_at = %(heartbeat)s
"""
FINISH = """
update projects_job set state = %(state)s, result = %(result)s, failure = %(failure)s,
       finished_at = clock_timestamp()
 where id = %(job)s and state = 'running' and heartbeat_at = %(heartbeat)s
"""


class LeaseLost(Exception):
    """Another worker has taken the job meanwhile; what this one was doing is rolled back."""


@dataclass
class Lease:
    job_id: UUID
    heartbeat: datetime

    def renew(self, step: Step) -> None:
        """Stores what the step did. Raises LeaseLost."""
        new = {"cursor": Jsonb(step.cursor), "done": step.done, "total": step.total}
        row = sql.one(RENEW, self._params(new))
        if row is None:
            raise LeaseLost
        self.heartbeat = row.heartbeat_at

    def give_back(self) -> None:
        """The job waits again, with its cursor; nothing happens where the lease is lost."""
        sql.run(GIVE_BACK, self._params({}))

    def finish(self, state: JobState, result: dict[str, Any], failure: str) -> None:
        """Raises LeaseLost."""
        new = {"state": state, "result": Jsonb(result), "failure": failure[:500]}
        if not sql.run(FINISH, self._params(new)):
            raise LeaseLost

    def _params(self, new: dict[str, Any]) -> dict[str, Any]:
        return {"job": self.job_id, "heartbeat": self.heartbeat, **new}


def take(job_id: UUID) -> Lease | None:
    """The lease on a job that waits, or whose worker is gone; None where it is not to be had."""
    row = sql.one(TAKE, {"job": job_id, "lease": JOB_LEASE})
    return Lease(job_id, row.heartbeat_at) if row else None


def ends_at(job_id: UUID) -> datetime | None:
    """When another worker's lease ends; None for a job that has ended."""
    row = sql.one(ENDS, {"job": job_id, "lease": JOB_LEASE})
    return row.at if row else None
