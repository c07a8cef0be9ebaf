"""The hold-out of a plan: which near-equal places a lot leaves without visits, and its price."""
