"""粗排: which candidates it looks at, what it knows of them, and the models that order them."""
