"""What was really done and whether it worked: dosage of patrols, told by unit, never by person.

Pings of officers are read, summed and forgotten; nothing about one of them leaves this room.
"""
