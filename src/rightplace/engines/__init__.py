"""Where tables lie and queries run: the store of files, and an engine over them."""
