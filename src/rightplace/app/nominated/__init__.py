"""Places nominated by people in plans: from the file to the problem, and what they cost."""
