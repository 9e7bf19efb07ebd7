"""The only modules that open connections, each with limits; `check` and `build` never import them."""
