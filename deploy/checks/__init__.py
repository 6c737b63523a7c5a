"""What `practice doctor` looks at: a module a subject, a function a look. Nothing here changes anything.

A look is given a `Round` and tells its findings: what was found, why it matters, what to do.
"""
