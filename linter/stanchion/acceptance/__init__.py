"""What a team accepts: comments, other tools' comments, the configuration, a baseline, a revision; one step for all."""
