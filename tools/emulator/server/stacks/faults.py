"""What can go wrong, in the words of CloudFormation."""


class Refused(Exception):
    """A request that CloudFormation refuses at once; `code` is what clients match on."""

    def __init__(self, message: str, code: str = 'ValidationError', status: int = 400):
        super().__init__(message)
        self.code = code
        self.status = status


class ResourceFailed(Exception):
    """One resource could not be made, changed or deleted; the text is the reason in its event.

    `physical_id` is there when something exists all the same, so that a rollback can take it away again.
    """

    def __init__(self, reason: str, physical_id: str | None = None):
        super().__init__(reason)
        self.physical_id = physical_id


class NotCarried(ResourceFailed):
    """A property of the template that no API call carries: never dropped in silence."""


class Untouched(ResourceFailed):
    """A change that was refused before any call was made: a rollback has nothing to take back."""
