"""What datasets refuse."""

from annotate_site.errors import Refused


class DatasetNameTaken(Refused):
    """Nothing was changed: another dataset of the project has the name."""

    code = "name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a dataset named “{name}” already. Choose another name.")


class DatasetArchived(Refused):
    """Nothing was added or removed."""

    code = "archived"

    def __init__(self) -> None:
        super().__init__("This dataset is archived. Restore it first.")
