"""rasa-sdk actions, one skill per file. They keep nothing: what they need comes with the tracker."""
