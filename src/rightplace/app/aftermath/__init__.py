"""After a serious incident typed in by hand: what to expect nearby."""
