"""Five partners' shops, as their own server at their own origin. Nothing of the platform is imported here."""
