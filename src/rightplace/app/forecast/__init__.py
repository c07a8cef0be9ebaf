"""Expected recorded violence by place and time, with intervals and reasons."""
