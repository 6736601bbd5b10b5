"""Which key does what, the keys of other scripts, and the dialog that shows and changes them."""
