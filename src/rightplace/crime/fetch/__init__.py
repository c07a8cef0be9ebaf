"""Bringing recorded crime and searches home from data.police.uk."""
