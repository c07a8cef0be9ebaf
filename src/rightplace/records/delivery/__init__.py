"""What crews send back: acknowledged briefs and visits made, also from offline."""
