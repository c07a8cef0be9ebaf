"""A surge: which officers go to which boroughs, as what, with the proof that none go better."""
