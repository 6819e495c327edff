"""Whatever dies or lies when: the real store, loop and adapters against the sandbox, and what must hold afterwards."""
