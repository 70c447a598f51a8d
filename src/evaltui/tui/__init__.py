"""The app: screens and keys over the same services as the command line. The only Textual."""
