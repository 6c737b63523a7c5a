"""What `practice keep` does day and night: backups by schedule, their copies, and numbers to watch."""
