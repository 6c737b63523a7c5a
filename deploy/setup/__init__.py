"""An operator's folder: everything one practice runs on, made once by `practice init`, owned by the operator.

    init(root, wishes, owner, now=…, tell=…)   makes what is missing, and nothing over what is there
    findings(root, now=…)                      what is wrong with a folder, and what to do about it

Whatever crashes in between, a second `init` goes on where the first ended: files appear whole, and what is
made from others (the roles from the passwords, the broker's users from the seeds) is made after them and from
them.
"""
