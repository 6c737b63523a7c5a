"""The embedded stack: the whole product on one machine, without containers.

`practice up` keeps six parts alive (the broker, a mail server that keeps every mail as a file, the four
services), each a process of its own that dies with the stack. `places` knows the data folder, `ports` the
ports, `keys` the secrets it makes for itself, `environment` what each part is told, `parts` the commands,
`child` and `keeper` one running process and its restarts, `steps` the work before a start, `stack` the whole.
"""
