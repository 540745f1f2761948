"""What can go wrong with a field, each with the sentence a person reads."""

from annotate_site.errors import Refused


class FieldNameTaken(Refused):
    code = "name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"This project has a field named “{name}” already. Choose another name, "
            "or archive that field first."
        )


class VersionTaken(Refused):
    code = "version_taken"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"This field has a newer version already, “{name}”. Nothing was created: make the next"
            " version from that one."
        )


class NothingNew(Refused):
    code = "nothing_new"

    def __init__(self) -> None:
        super().__init__("Change something first: this would ask the same as the field itself.")


class FieldIsFinal(Refused):
    """Something tried to change what a field is."""

    code = "field_is_final"

    def __init__(self) -> None:
        super().__init__("A field never changes: make a new version of it.")
