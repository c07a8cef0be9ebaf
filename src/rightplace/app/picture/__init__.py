"""The violence picture: what was recorded, by place and month, whole and published as it is."""
