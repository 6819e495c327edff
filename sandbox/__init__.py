"""Five stateful marketplaces in a box, over HTTP: no account, no network, no connector needed."""
