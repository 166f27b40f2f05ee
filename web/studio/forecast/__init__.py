"""What the drafts would do, told before a build by the model that a build would make."""
