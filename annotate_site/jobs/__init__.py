"""Work for a worker: jobs that run in steps, over an outbox of rows in PostgreSQL.

A kind of job is a generator, registered by `runs`. Each stretch up to a `yield` is one step:

    @runs("count_words")
    def count_words(job: Job) -> Steps:
        place = job.cursor or {"after": 0, "words": 0}
        while rows := next_rows(place["after"]):
            place = {"after": rows[-1].pk, "words": place["words"] + count(rows)}
            yield Step(place, done=place["after"], total=job.params["rows"])
        return {"words": place["words"]}

- A step is one transaction, and the cursor is stored in it: a crash loses nothing and doubles
  nothing. A step may open savepoints by `atomic`, and never yields inside one.
- A step ends within a few seconds: its locks are held so long, and a step that lasts longer than
  the lease (`JOB_LEASE`, two minutes) may be begun by a second worker, and one of them is rolled
  back. Read and parse before the first statement: PostgreSQL ends a transaction that is idle for 10
  seconds. A lock that must come first in a transaction asks for a step of its own.
- After each step the job may be stopped (time is up, the worker is killed) and continued by another
  process, from `job.cursor`: what the last Step said, as JSON; None before the first.
- What it returns becomes `job.result`. `JobFailed`, as any `Refused`, ends it with
  its sentence for whoever asked.
- A database that is away, a lock that is not to be had, a time limit: the step is rolled back and
  tried again later. Any other exception ends the job.

`start_job` and `open_job` write a job; `run_job` runs it for a slice of time, `run_now` the same
before a page answers.
`annotate_site.jobs.outbox` has what lies below: `post`, `wake` and `drain`.
"""

from .kinds import JobFailed, Step, Steps, runs
from .running import open_job, run_job, run_now, start_job

__all__ = [
    "JobFailed",
    "Step",
    "Steps",
    "open_job",
    "run_job",
    "run_now",
    "runs",
    "start_job",
]
