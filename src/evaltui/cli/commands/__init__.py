"""One file per family of commands; each is loaded only when it is used."""
