"""Mercat: listens to the public, routes each post, and checks what goes out in the body's name."""
