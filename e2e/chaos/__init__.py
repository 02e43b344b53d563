"""The fault run: people use the system while its calls fail; afterwards every read model must be right."""
