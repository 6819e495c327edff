"""Five stateful marketplaces in a box, over HTTP: no account, no network and nothing of the connector needed."""
