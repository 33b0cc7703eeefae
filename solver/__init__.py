"""What can be kept up: one function a question, one frozen result an answer."""
