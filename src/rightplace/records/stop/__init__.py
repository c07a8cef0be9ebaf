"""The stop switch: a model, plan or product suspended at once, restarted by a second person."""
