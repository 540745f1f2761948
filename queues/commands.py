"""What a manager may do with a queue's status, in words; the page and the admin offer the same."""

from collections.abc import Callable
from dataclasses import dataclass

from annotate_site.projects.events import Actor

from .actions import status
from .models import Queue
from .states import QueueStatus


@dataclass(frozen=True)
class Command:
    """A verb. `asks`: it ends what people hold, so it is confirmed first."""

    name: str
    label: str
    sentence: str
    done: str
    act: Callable[..., Queue]
    asks: bool = False

    @property
    def starts(self) -> bool:
        """What the page asks for first, where it is offered."""
        return self.name in ("activate", "resume")

    def told(self, queue: Queue) -> str:
        """What to say of the queue once it is done."""
        if self.starts and not queue.items.filter(removed_at=None).exists():
            return "The queue is active, but has no items yet."
        return self.done

    def run(self, queue: Queue, actor: Actor) -> Queue:
        """The queue as it is then. Raises WrongState."""
        return self.act(queue=queue, actor=actor)


COMMANDS = {
    command.name: command
    for command in (
        Command(
            "activate",
            "Activate",
            "Annotators can start.",
            "The queue is active: annotators can start.",
            status.activate_queue,
        ),
        Command(
            "pause",
            "Pause",
            "Nothing new is handed out. Open items can still be finished, and their timers are"
            " stopped.",
            "The queue is paused. Open items can still be finished.",
            status.pause_queue,
        ),
        Command(
            "resume",
            "Resume",
            "Items are handed out again. Open items have as much time left as before.",
            "The queue is active again.",
            status.resume_queue,
        ),
        Command(
            "complete",
            "Complete",
            "Nothing more can be submitted. Open items are taken back; what was typed is kept as"
            " drafts. You can reopen the queue.",
            "The queue is completed.",
            status.close_queue,
            asks=True,
        ),
        Command(
            "reopen",
            "Reopen",
            "The queue is active again and hands out what is not finished.",
            "The queue is active again.",
            status.reopen_queue,
        ),
        Command(
            "archive",
            "Archive",
            "The queue leaves the lists and hands out nothing. Open items are taken back; what"
            " was typed is kept as drafts. You can restore the queue.",
            "The queue is archived.",
            status.archive_queue,
            asks=True,
        ),
        Command(
            "restore",
            "Restore",
            "The queue is listed again, with the status it had.",
            "The queue is restored.",
            status.restore_queue,
        ),
    )
}


def commands_of(queue: Queue) -> list[Command]:
    """What can be done with the queue as it is, the likeliest first."""
    if queue.archived_at:
        return [COMMANDS["restore"]]
    verbs = {
        QueueStatus.DRAFT: ["activate"],
        QueueStatus.ACTIVE: ["pause", "complete"],
        QueueStatus.PAUSED: ["resume", "complete"],
        QueueStatus.COMPLETED: ["reopen"],
    }[QueueStatus(queue.status)]
    return [COMMANDS[verb] for verb in [*verbs, "archive"]]
