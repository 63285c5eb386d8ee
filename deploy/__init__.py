"""How Mercat is run by others: image, compose, cluster, systemd, and what watches over it."""
