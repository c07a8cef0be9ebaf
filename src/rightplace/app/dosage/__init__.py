"""How much patrol the places of a plan got."""
