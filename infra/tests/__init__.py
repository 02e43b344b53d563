"""What the templates, the provisioning and the deploy tool promise."""
