"""Work for a worker: rows in the outbox, and jobs with progress.

`start_job` and `open_job` write a job, `run_job` runs it, `runs` registers a kind.
`annotate_site.jobs.outbox` has what lies below: `post`, `wake` and `drain`.
"""

from .running import JobFailed, open_job, progress, run_job, runs, start_job

__all__ = ["JobFailed", "open_job", "progress", "run_job", "runs", "start_job"]
